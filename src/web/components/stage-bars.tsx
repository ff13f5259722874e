import { compact } from '../../base/numbers.ts';
import type { Pipeline } from '../../api/pipeline.ts';
import { count } from './format.ts';
import { Progress } from './progress.tsx';

/** Every stage with its progress, failures, and the rate of its finished steps. */
export function StageBars({ stages }: { readonly stages: Pipeline['stages'] }) {
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label="Stages">
      <table className="stage-bars">
        <thead>
          <tr>
            <th scope="col">stage</th>
            <th scope="col">progress</th>
            <th scope="col" className="n">
              done of total
            </th>
            <th scope="col" className="n">
              running
            </th>
            <th scope="col" className="n">
              failed
            </th>
            <th scope="col" className="n">
              reused
            </th>
            <th scope="col" className="n">
              tokens/s
            </th>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ stage, total, done, running, failed, reused, tokensPerSecond }) => (
            <tr key={stage}>
              <th scope="row">{stage}</th>
              <td style={{ width: '32%', verticalAlign: 'middle' }}>
                <Progress done={done} total={total} label={stage} />
              </td>
              <td className="n">
                {count(done)} of {count(total)}
              </td>
              <td className="n">{count(running)}</td>
              <td className={failed > 0 ? 'n fails' : 'n'}>{count(failed)}</td>
              <td className="n">{count(reused)}</td>
              <td className="n">{tokensPerSecond === null ? '—' : compact(tokensPerSecond)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
