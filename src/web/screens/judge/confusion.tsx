import type { Calibration } from '../../../api/judge.ts';
import { count } from '../../components/format.ts';
import { confusionTable } from './confusion-table.ts';

/** What was given for each true class; the right ones lie on the framed diagonal. */
export function Confusion({ calibration }: { readonly calibration: Calibration }) {
  const { truths, givens, cells, totals } = confusionTable(calibration.confusion);
  return (
    <div>
      <h3>True class by the class that was given</h3>
      <div className="scroll" tabIndex={0} role="group" aria-label="Confusion of classes">
        <table className="confusion">
          <thead>
            <tr>
              <th scope="col">true ↓ given →</th>
              {givens.map((given) => (
                <th key={given} scope="col" className="n">
                  {given}
                </th>
              ))}
              <th scope="col" className="n">
                n
              </th>
            </tr>
          </thead>
          <tbody>
            {truths.map((truth, row) => (
              <tr key={truth}>
                <th scope="row">{truth}</th>
                {givens.map((given, column) => {
                  const found = cells[row]![column]!;
                  const share = totals[row] === 0 ? 0 : (50 * found) / totals[row]!;
                  return (
                    <td
                      key={given}
                      className="n"
                      data-right={given === truth || undefined}
                      data-missing={given === 'unscored' || undefined}
                      style={{
                        backgroundColor: `color-mix(in oklab, var(--heat) ${share}%, transparent)`,
                      }}
                    >
                      {found === 0 ? <span className="soft">0</span> : count(found)}
                    </td>
                  );
                })}
                <td className="n soft">{count(totals[row]!)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="soft small">
        Darker is a larger share of the true class. Framed is right; unscored is hatched.
      </p>
    </div>
  );
}
