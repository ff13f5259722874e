import './transcript.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { SampleView } from '../../../api/samples.ts';
import { sampleQuery } from '../../client/queries.ts';
import { Badge } from '../../components/badge.tsx';
import { Choice } from '../../components/choice.tsx';
import { count } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { RoleMark } from '../../components/role-mark.tsx';
import { Screen } from '../../components/screen.tsx';
import { ErrorPanel, Loading } from '../../components/states.tsx';
import { useKeys } from '../../shell/use-keys.ts';
import { Annotations } from './annotations.tsx';
import { Conversation, type Place } from './conversation.tsx';
import { CounterpartPicker } from './counterpart-picker.tsx';
import { findingsOf, nextFinding } from './findings.ts';
import { JudgePane, Options, Scores } from './judge-pane.tsx';
import { Standing } from './standing.tsx';
import { useCopyLink } from './use-copy-link.ts';
import { useTrailStep } from './use-trail-step.ts';

const FROM = '/s/$study/samples/$sample';

/** One scored conversation, alone or beside another model's answer to the same probe. */
export function TranscriptScreen() {
  const { study, sample } = useParams({ from: FROM });
  const id = Number(sample);
  const { view = 'auditor', beside, message } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const shown = useQuery(sampleQuery(study, id));
  const [quote, setQuote] = useState<string>();
  const search = { view, beside, message };
  const show = (change: Partial<typeof search>): void => {
    void navigate({ search: { ...search, ...change }, replace: true });
  };
  const trail = useTrailStep(study, id, (to) => {
    setQuote(undefined);
    void navigate({ params: { study, sample: String(to) }, search: { view }, replace: true });
  });
  const goTo = (at: number, words?: string): void => {
    setQuote(words);
    show({ message: at });
  };
  const router = useRouter();
  const link = useCopyLink();
  const copy = (of: number, at: number): void => {
    const { href } = router.buildLocation({
      to: FROM,
      params: { study, sample: String(of) },
      search: { view, message: at },
    });
    link.copy(href, at);
  };
  const findings = shown.data === undefined ? [] : findingsOf(shown.data);
  const leap = (by: 1 | -1): void => {
    const next = nextFinding(findings, message, by);
    if (next !== undefined) goTo(next.message, next.quote);
  };
  useKeys('findings', { next: () => leap(1), previous: () => leap(-1) });
  useKeys('trail', { next: () => trail.step(1), previous: () => trail.step(-1) });
  return (
    <Loaded query={shown} what="Reading the conversation">
      {(data) => (
        <Screen
          title={`${data.row.arm}, ${data.row.probeId}`}
          heading={<RoleMark role={data.row.role} kind={data.row.kind} name={data.row.arm} />}
          kicker={<Kicker sample={data} />}
          actions={<TrailNav study={study} trail={trail} />}
        >
          {beside === undefined && <Standing sample={data} />}
          <div className="row transcript-tools">
            <Choice
              legend="View"
              value={view}
              options={[
                { value: 'auditor', label: 'auditor' },
                { value: 'target', label: 'target, exactly what it saw' },
              ]}
              onChange={(next) => show({ view: next })}
            />
            <CounterpartPicker
              counterparts={data.counterparts}
              beside={beside}
              onBeside={(next) => show({ beside: next })}
            />
            <span className="soft small">
              <kbd>j</kbd> <kbd>k</kbd> next and previous finding ({findings.length})
            </span>
            <span role="status" className="small">
              {link.said}
            </span>
          </div>
          <div className="transcript" data-beside={beside !== undefined || undefined}>
            <Column
              sample={data}
              named={beside !== undefined}
              view={view}
              place={{ message, quote }}
              onPlace={goTo}
              onCopy={(at) => copy(id, at)}
            />
            {beside !== undefined && (
              <Beside study={study} id={beside} view={view} onCopy={(at) => copy(beside, at)} />
            )}
            <aside className="side" aria-label="Judgements, scores and annotations">
              <JudgePane judgements={data.judgements} onCite={goTo} />
              <Scores scores={data.scores} />
              <Options options={data.options} />
              <Annotations key={data.row.id} study={study} sample={data} />
            </aside>
          </div>
        </Screen>
      )}
    </Loaded>
  );
}

function Kicker({ sample: { row, cluster, stepKey } }: { readonly sample: SampleView }) {
  const condition = row.condition === null ? '' : `, condition ${row.condition}`;
  return (
    <>
      {row.audit}
      {condition}, probe {row.probeId}, cluster {cluster}, draw {row.draw}, step{' '}
      <code>{stepKey.slice(0, 12)}</code>
    </>
  );
}

function TrailNav({
  study,
  trail: { trail, isOn, step, gone },
}: {
  readonly study: string;
  readonly trail: ReturnType<typeof useTrailStep>;
}) {
  return (
    <>
      <Link
        className="screen-only"
        to="/s/$study/samples"
        params={{ study }}
        search={trail?.query ?? {}}
      >
        All samples
      </Link>
      {trail !== null && isOn && !gone && (
        <>
          <span className="soft small">
            {count(trail.index + 1)} of {count(trail.total)}
          </span>
          <button type="button" disabled={trail.index === 0} onClick={() => step(-1)}>
            <kbd>[</kbd> previous
          </button>
          <button type="button" disabled={trail.index + 1 >= trail.total} onClick={() => step(1)}>
            next <kbd>]</kbd>
          </button>
        </>
      )}
      {gone && <span className="soft small">the list it was opened from is gone</span>}
    </>
  );
}

/** The command that prints a sample as it lies in the store. */
function WholeSample({ sample: { row } }: { readonly sample: SampleView }) {
  const { study } = useParams({ from: FROM });
  const names = [study, row.arm, '--probe', row.probeId];
  return <code>informant show {names.join(' ')}</code>;
}

function Column({
  named,
  ...rest
}: {
  readonly sample: SampleView;
  /** Whether it says whose words these are; needed where two stand side by side. */
  readonly named: boolean;
  readonly view: 'target' | 'auditor';
  readonly place: Place;
  readonly onPlace: (message: number) => void;
  readonly onCopy: (message: number) => void;
}) {
  const { row } = rest.sample;
  const label = `Conversation with ${row.arm}, draw ${row.draw}`;
  return (
    <section className="column" aria-label={label}>
      {named && (
        <h2>
          <RoleMark role={row.role} kind={row.kind} name={row.arm} />
          {row.invalidated && <Badge tone="bad">invalidated</Badge>}
        </h2>
      )}
      {named && <Standing sample={rest.sample} />}
      <Conversation {...rest} shown={rest.sample} whole={<WholeSample {...rest} />} label={label} />
    </section>
  );
}

/** The conversation beside it has a place of its own. */
function Beside({
  study,
  id,
  view,
  onCopy,
}: {
  readonly study: string;
  readonly id: number;
  readonly view: 'target' | 'auditor';
  readonly onCopy: (message: number) => void;
}) {
  const query = useQuery(sampleQuery(study, id));
  const [message, setMessage] = useState<number>();
  if (query.isError) return <ErrorPanel error={query.error} />;
  if (query.data === undefined) return <Loading what="Reading the other conversation" />;
  return (
    <Column
      sample={query.data}
      named
      view={view}
      place={{ message, quote: undefined }}
      onPlace={setMessage}
      onCopy={onCopy}
    />
  );
}
