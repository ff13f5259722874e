import { decimal, percent } from '../../../verdict/figures.ts';
import { count } from '../../components/format.ts';

interface AgreementRow {
  readonly label: string;
  readonly correct: number;
  readonly n: number;
  readonly kappa: number | null;
}

/** Shares of right judgements as bars, every one with its n; a table for those who do not see. */
export function AgreementBars({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly AgreementRow[];
}) {
  if (rows.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <table className="agreement">
        <thead>
          <tr>
            <th scope="col">answers</th>
            <th scope="col">right, 0% to 100%: longer is better</th>
            <th scope="col" className="n">
              share
            </th>
            <th scope="col" className="n">
              of n
            </th>
            <th scope="col" className="n">
              κ
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, correct, n, kappa }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>
                <span className="agreement-bar" aria-hidden="true">
                  <span style={{ width: `${n === 0 ? 0 : (100 * correct) / n}%` }} />
                </span>
              </td>
              <td className="n">{n === 0 ? '—' : percent(correct / n)}</td>
              <td className="n">
                {count(correct)} of {count(n)}
              </td>
              <td className="n">{kappa === null ? '—' : decimal(kappa)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
