import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { compact } from '../../../base/numbers.ts';
import type { Pipeline, PipelineStep, StepView } from '../../../api/pipeline.ts';
import { RequestError } from '../../client/fetch-parsed.ts';
import { stepQuery } from '../../client/pipeline-queries.ts';
import { count, instant, time } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { prettyJson } from './pretty-json.ts';
import { shownState, STATE_WORDS } from './step-words.ts';

/** One step: its state, the steps it is tied to, and what went into its key once it has begun. */
export function StepDetail({
  study,
  step,
  pipeline,
  onChoose,
  onClose,
}: {
  readonly study: string;
  readonly step: PipelineStep;
  readonly pipeline: Pipeline;
  readonly onChoose: (key: string) => void;
  readonly onClose: () => void;
}) {
  const query = useQuery(stepQuery(study, step.key));
  const titles = new Map(pipeline.steps.map(({ key, title }) => [key, title]));
  const readers = pipeline.steps.filter(({ inputs }) => inputs.includes(step.key));
  return (
    <section className="panel step-detail" aria-label="Chosen step">
      <div className="row spread">
        <h2>{step.title}</h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
      <div className="step-columns">
        <Facts step={step} view={query.data} />
        <div>
          <h3>Reads</h3>
          <Steps
            keys={step.inputs}
            titles={titles}
            onChoose={onChoose}
            none="nothing: it stands at the beginning"
          />
          <h3>Is read by</h3>
          <Steps
            keys={readers.map(({ key }) => key)}
            titles={titles}
            onChoose={onChoose}
            none="nothing: it stands at the end"
          />
          <h3>Needed by arms</h3>
          <Arms study={study} arms={step.arms} />
        </div>
      </div>
      {step.error !== null && (
        <>
          <h3>Error</h3>
          <Untrusted text={step.error} />
        </>
      )}
      <h3>What went into its key</h3>
      <p className="small soft">
        The key is the sha256 of name, version, parameters, inputs and backend. Threads and retries
        never enter it, so an equal step is never computed twice.
      </p>
      <Params query={query} />
    </section>
  );
}

// What has not begun has no parameters on file; that is no fault.
function Params({ query }: { readonly query: UseQueryResult<StepView> }) {
  if (query.error instanceof RequestError && query.error.problem.code === 'not-started') {
    return (
      <p className="small soft">
        {query.error.problem.message} {query.error.problem.hint}
      </p>
    );
  }
  return (
    <Loaded query={query} what="Reading the step">
      {({ params }) => <pre tabIndex={0}>{prettyJson(params)}</pre>}
    </Loaded>
  );
}

function Facts({
  step,
  view,
}: {
  readonly step: PipelineStep;
  readonly view: StepView | undefined;
}) {
  const { startedAt, durationMs, tokens } = step;
  return (
    <dl>
      <dt>state</dt>
      <dd>
        {STATE_WORDS[shownState(step)]}
        {step.attempt > 1 && `, attempt ${step.attempt}`}
      </dd>
      <dt>stage</dt>
      <dd>{step.stage}</dd>
      <dt>name, version</dt>
      <dd>
        {step.name}
        {view !== undefined && `, ${view.version}`}
      </dd>
      <dt>backend</dt>
      <dd>{view === undefined ? '—' : <code>{view.backend}</code>}</dd>
      <dt>started</dt>
      <dd>{startedAt === null ? '—' : instant(startedAt)}</dd>
      <dt>took</dt>
      <dd>{durationMs === null ? '—' : time(durationMs)}</dd>
      <dt>tokens</dt>
      <dd>
        {tokens === null ? '—' : count(tokens)} (estimated {compact(step.costTokens)})
      </dd>
      <dt>key</dt>
      <dd>
        <code>{step.key}</code>
      </dd>
      <dt>artifact</dt>
      <dd>{view?.artifact == null ? '—' : <code>{view.artifact}</code>}</dd>
    </dl>
  );
}

const MOST_SHOWN = 12;

function Steps({
  keys,
  titles,
  onChoose,
  none,
}: {
  readonly keys: readonly string[];
  readonly titles: ReadonlyMap<string, string>;
  readonly onChoose: (key: string) => void;
  readonly none: string;
}) {
  if (keys.length === 0) return <p className="small soft">{none}</p>;
  return (
    <ul className="small ties">
      {keys.slice(0, MOST_SHOWN).map((key) => (
        <li key={key}>
          <button type="button" className="linkish printed" onClick={() => onChoose(key)}>
            {titles.get(key) ?? key}
          </button>
        </li>
      ))}
      {keys.length > MOST_SHOWN && <li className="soft">and {keys.length - MOST_SHOWN} more</li>}
    </ul>
  );
}

function Arms({ study, arms }: { readonly study: string; readonly arms: readonly string[] }) {
  if (arms.length === 0) return <p className="small soft">none alone: the whole study</p>;
  return (
    <ul className="small ties">
      {arms.slice(0, MOST_SHOWN).map((arm) => (
        <li key={arm}>
          <Link to="/s/$study/arms/$arm" params={{ study, arm }} preload={false}>
            {arm}
          </Link>
        </li>
      ))}
      {arms.length > MOST_SHOWN && <li className="soft">and {arms.length - MOST_SHOWN} more</li>}
    </ul>
  );
}
