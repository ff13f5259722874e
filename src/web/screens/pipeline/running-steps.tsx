import { figure } from '../../../base/numbers.ts';
import type { Pipeline } from '../../../api/pipeline.ts';
import { instant } from '../../components/format.ts';

/** Steps under way, with the last loss of trainings. */
export function RunningSteps({
  pipeline,
  onChoose,
}: {
  readonly pipeline: Pipeline;
  readonly onChoose: (key: string) => void;
}) {
  const running = pipeline.steps.filter(({ status }) => status === 'running');
  if (running.length === 0) return null;
  return (
    <section>
      <h2>Under way</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">step</th>
            <th scope="col">stage</th>
            <th scope="col">since</th>
            <th scope="col" className="n">
              last loss, nats per token
            </th>
          </tr>
        </thead>
        <tbody>
          {running.map(({ key, title, stage, startedAt }) => {
            const loss = pipeline.losses[key];
            return (
              <tr key={key}>
                <td>
                  <button type="button" className="linkish printed" onClick={() => onChoose(key)}>
                    {title}
                  </button>
                </td>
                <td>{stage}</td>
                <td>{startedAt === null ? '—' : instant(startedAt)}</td>
                <td className="n">
                  {loss === undefined
                    ? '—'
                    : `${figure(loss.loss)} at step ${figure(loss.trainStep)}`}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
