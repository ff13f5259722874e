import type { PipelineStep } from '../../../api/pipeline.ts';
import { Untrusted } from '../../components/untrusted.tsx';

/** Steps that failed, with what they said. */
export function Failures({
  steps,
  onChoose,
}: {
  readonly steps: readonly PipelineStep[];
  readonly onChoose: (key: string) => void;
}) {
  const failed = steps.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return null;
  return (
    <section className="notice" data-tone="bad" aria-labelledby="failures">
      <h2 id="failures">
        {failed.length} {failed.length === 1 ? 'step' : 'steps'} failed
      </h2>
      <p>Going on tries them again; what is done stays done.</p>
      <ul>
        {failed.map(({ key, title, error, attempt }) => (
          <li key={key}>
            <button type="button" className="linkish printed" onClick={() => onChoose(key)}>
              {title}
            </button>{' '}
            <span className="soft small">attempt {attempt}</span>
            <br />
            <Untrusted text={error ?? 'no error was kept'} />
          </li>
        ))}
      </ul>
    </section>
  );
}
