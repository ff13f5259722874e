import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { verificationSchema } from '../../../api/ledger.ts';
import { fetchParsed } from '../../client/fetch-parsed.ts';
import { isOffline } from '../../client/offline-mode.ts';
import { studyPath } from '../../client/paths.ts';
import { shellWord } from '../../components/shell-word.ts';
import { ErrorPanel } from '../../components/states.tsx';
import { Untrusted } from '../../components/untrusted.tsx';

/** Checks chain and stored files again and computes the verdict anew from the rows. */
export function Verify({
  study,
  root,
}: {
  readonly study: string;
  /** Hash of the ledger's last event. */
  readonly root: string;
}) {
  const id = useId();
  const verify = useMutation({
    mutationFn: async (at: string) => ({
      at,
      found: await fetchParsed(`${studyPath(study)}/verify`, verificationSchema, {
        method: 'POST',
        body: {},
      }),
    }),
  });
  const found = verify.data?.found;
  return (
    <section aria-labelledby={id} className="verify">
      <h2 id={id}>Does it still hold?</h2>
      <p className="soft small">
        Hashes chain and stored files again and computes the verdict anew from the rows.
      </p>
      {isOffline() ? (
        <p>
          This is an export, without the files that are read for it. Where the store is:{' '}
          <code className="nowrap">informant store verify</code> and{' '}
          <code className="nowrap">informant verdict {shellWord(study)} --replay</code>
        </p>
      ) : (
        <button type="button" disabled={verify.isPending} onClick={() => verify.mutate(root)}>
          {verify.isPending ? 'Verifying…' : 'Verify'}
        </button>
      )}
      {verify.isError && <ErrorPanel error={verify.error} />}
      <div aria-live="polite">
        {found !== undefined && (
          <>
            <p>
              <b className={found.ok ? 'holds' : 'fails'}>
                {found.ok ? 'Everything holds' : 'Something does not hold'}
              </b>
              {verify.data?.at !== root && (
                <span className="soft"> as of then: events have come since</span>
              )}
            </p>
            <ul className="checks">
              {found.checks.map(({ name, ok, detail }) => (
                <li key={name}>
                  <span className={ok ? 'holds' : 'fails'}>{ok ? '✓ ok' : '✗ fails'}</span>{' '}
                  <b>{name}</b>: <Untrusted text={detail} />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  );
}
