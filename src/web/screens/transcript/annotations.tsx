import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import type { SampleView } from '../../../api/samples.ts';
import { fetchParsed } from '../../client/fetch-parsed.ts';
import { studyPath } from '../../client/paths.ts';
import { studiesQuery } from '../../client/queries.ts';
import { Choice } from '../../components/choice.tsx';
import { instant } from '../../components/format.ts';
import { problemOf } from '../../components/states.tsx';
import { Untrusted } from '../../components/untrusted.tsx';

type Kind = SampleView['annotations'][number]['kind'];

const KINDS = { note: 'Note', invalidated: 'Invalidated', restored: 'Restored' } as const;

/** What people said about a sample, and where they say it. All of it goes to the ledger. */
export function Annotations({
  study,
  sample,
}: {
  readonly study: string;
  readonly sample: SampleView;
}) {
  const readOnly = useQuery(studiesQuery()).data?.readOnly ?? false;
  return (
    <section aria-labelledby="annotations" className="side-part">
      <h2 id="annotations">Annotations</h2>
      {sample.annotations.length === 0 && <p className="soft">None.</p>}
      <ol className="annotations">
        {sample.annotations.map(({ seq, time, kind, reason }) => (
          <li key={seq}>
            <b>{KINDS[kind]}</b>{' '}
            <span className="soft small">
              {instant(time)}, ledger {seq}
            </span>
            <br />
            <Untrusted text={reason} />
          </li>
        ))}
      </ol>
      {readOnly ? (
        <p className="soft">The store cannot be written, so nothing can be added.</p>
      ) : (
        <AnnotationForm study={study} id={sample.row.id} invalidated={sample.row.invalidated} />
      )}
    </section>
  );
}

function AnnotationForm({
  study,
  id,
  invalidated,
}: {
  readonly study: string;
  readonly id: number;
  readonly invalidated: boolean;
}) {
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>('note');
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () =>
      fetchParsed(`${studyPath(study)}/sample/${id}/annotations`, z.unknown(), {
        method: 'POST',
        body: { kind, reason },
      }),
    onSuccess: async () => {
      setReason('');
      setKind('note');
      await queries.invalidateQueries({ queryKey: ['study', study] });
    },
  });
  const other = invalidated
    ? ({ value: 'restored', label: 'Restore' } as const)
    : ({ value: 'invalidated', label: 'Invalidate' } as const);
  return (
    <form
      className="annotate"
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}
    >
      <Choice<Kind>
        legend="Add"
        value={kind}
        options={[{ value: 'note', label: 'Note' }, other]}
        onChange={setKind}
      />
      <label>
        {kind === 'note' ? 'Note' : 'Reason'}
        <textarea
          required
          rows={2}
          maxLength={2_000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <p className="soft small">
        It is written to the ledger for good, and the sample stays in the verdict that was
        registered.
      </p>
      <button type="submit" disabled={reason.trim() === '' || send.isPending}>
        {send.isPending ? 'Writing…' : 'Add to the ledger'}
      </button>
      {send.isError && (
        <p role="alert" className="fails">
          {problemOf(send.error).message}
        </p>
      )}
    </form>
  );
}
