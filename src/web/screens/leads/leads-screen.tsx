import './leads.css';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import type { Leads } from '../../../api/leads.ts';
import { fetchParsed, RequestError } from '../../client/fetch-parsed.ts';
import { leadsQuery } from '../../client/leads-query.ts';
import { isOffline } from '../../client/offline-mode.ts';
import { studyPath } from '../../client/paths.ts';
import { studiesQuery } from '../../client/queries.ts';
import { plural } from '../../../verdict/figures.ts';
import { Badge } from '../../components/badge.tsx';
import { Progress } from '../../components/progress.tsx';
import { RereadNote } from '../../components/reread-note.tsx';
import { RoleMark } from '../../components/role-mark.tsx';
import { shellWord } from '../../components/shell-word.ts';
import { Screen } from '../../components/screen.tsx';
import { EmptyState, ErrorPanel, Loading, problemOf } from '../../components/states.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { LeadCard } from './lead-card.tsx';
import { PackHint } from './pack-hint.tsx';

/** Longer than a replay needs to begin. */
const START_MS = 30_000;

/** Prompts that students answer otherwise than twins' students do: what to put to U itself. */
export function LeadsScreen() {
  const { study } = useParams({ from: '/s/$study/leads' });
  const query = useQuery(leadsQuery(study));
  return (
    <Screen
      title="Leads"
      kicker={study}
      actions={
        <Badge title="Leads were found after the fact and enter no registered test">
          exploratory
        </Badge>
      }
    >
      <p>
        Prompts on which U’s students differ most from the twins’ students. A lead is where to look
        next, and no evidence by itself; replaying puts it to U and to the benign teachers.
      </p>
      {query.data !== undefined ? (
        <>
          <RereadNote error={query.error} onRetry={() => void query.refetch()} />
          <LeadList study={study} leads={query.data} />
        </>
      ) : query.isError ? (
        isEarly(query.error) ? (
          <EmptyState title="There is no verdict yet">
            <p>Leads are drawn from the scores of a finished study.</p>
          </EmptyState>
        ) : (
          <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
        )
      ) : (
        <Loading what="Reading leads" />
      )}
    </Screen>
  );
}

function isEarly(error: unknown): boolean {
  return error instanceof RequestError && error.problem.code === 'no-verdict';
}

function LeadList({
  study,
  leads: { leads, replaying, replayError },
}: {
  readonly study: string;
  readonly leads: Leads;
}) {
  if (leads.length === 0) {
    return (
      <EmptyState title="No leads">
        <p>No prompt separates U’s students from the twins’ students.</p>
      </EmptyState>
    );
  }
  const replayed = leads.filter(({ replay }) => replay !== null);
  const outcome = (name: string): number =>
    replayed.filter(({ replay }) => replay?.outcome === name).length;
  return (
    <>
      <div className="row replay">
        {isOffline() ? (
          <span>
            Replayed where the store is: <code>informant replay {shellWord(study)}</code>
          </span>
        ) : (
          <ReplayButton study={study} again={replayed.length > 0} running={replaying !== null} />
        )}
        <span aria-live="polite">
          {replaying === null
            ? replayed.length === 0
              ? `${plural(leads.length, 'lead')}, none replayed yet`
              : `${plural(leads.length, 'lead')}, ${replayed.length} replayed: ${outcome('confirmed')} confirmed, ${outcome('refuted')} refuted, ${outcome('open')} open`
            : `Replaying on U: ${replaying.done} of ${plural(replaying.total, 'lead')}`}
        </span>
        {replaying !== null && (
          <Progress done={replaying.done} total={replaying.total} label="Leads replayed" />
        )}
      </div>
      {replayError !== null && (
        <p role="alert" className="fails">
          The last replay failed: <Untrusted text={replayError} />
        </p>
      )}
      <PackHint study={study} />
      <p className="row small">
        <RoleMark role="suspect" kind="student" name="U’s students" />
        <RoleMark role="twin" kind="student" name="twins’ students" />
        <span>│ U itself</span>
      </p>
      <ol className="leads" aria-label="Leads, the strongest first">
        {leads.map((lead) => (
          <LeadCard key={lead.probeId} study={study} lead={lead} />
        ))}
      </ol>
    </>
  );
}

function ReplayButton({
  study,
  again,
  running,
}: {
  readonly study: string;
  readonly again: boolean;
  readonly running: boolean;
}) {
  const queries = useQueryClient();
  const readOnly = useQuery(studiesQuery()).data?.readOnly ?? false;
  // Until its first sign of life, which takes as long as opening the models.
  const [waiting, setWaiting] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    if (running) return setWaiting(false);
    const timer = setTimeout(() => setWaiting(false), START_MS);
    return () => clearTimeout(timer);
  }, [waiting, running]);
  const start = useMutation({
    mutationFn: () =>
      fetchParsed(`${studyPath(study)}/replay`, z.unknown(), {
        method: 'POST',
        body: {},
      }),
    onSuccess: () => setWaiting(true),
    onSettled: () => queries.invalidateQueries({ queryKey: ['study', study, 'leads'] }),
  });
  const isStarting = start.isPending || waiting;
  return (
    <>
      <button
        type="button"
        disabled={running || readOnly || isStarting}
        title={readOnly ? 'The store cannot be written' : undefined}
        onClick={() => start.mutate()}
      >
        {running ? 'Replaying…' : isStarting ? 'Starting…' : again ? 'Replay again' : 'Replay on U'}
      </button>
      {start.isError && (
        <span role="alert" className="fails">
          {problemOf(start.error).message}
        </span>
      )}
    </>
  );
}
