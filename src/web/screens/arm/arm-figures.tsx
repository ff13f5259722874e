import type { ArmView } from '../../../api/arms.ts';
import { figure } from '../../../base/numbers.ts';
import { percent, plural } from '../../../verdict/figures.ts';
import { meanOf, rateOf, rateWithN } from '../../components/format.ts';
import { RoleShape } from '../../components/role-mark.tsx';
import { ROLE_ORDER } from '../../components/roles.ts';
import { DIRECTION } from './direction.ts';

/** Every rate of this model on a line from 0 to 100%, its counterparts behind it. */
export function ArmFigures({ view }: { readonly view: ArmView }) {
  const { arm, counterparts, metrics, movement, coherent, truncated } = view;
  const shown = metrics.filter(({ id }) => arm.cells[id] != null);
  return (
    <section>
      <h2>What audits found</h2>
      {shown.length === 0 && <p className="soft">Nothing is measured yet.</p>}
      {shown.length > 0 && (
        <div className="scroll" tabIndex={0} role="group" aria-label="Rates">
          <table className="rates">
            <thead>
              <tr>
                <th scope="col">figure</th>
                <th scope="col" className="rate-picture">
                  <span className="row spread">
                    <span>0%</span>
                    <span>this model, counterparts behind</span>
                    <span>100%</span>
                  </span>
                </th>
                <th scope="col">this model</th>
                <th scope="col" className="n">
                  counterparts’ mean
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ id, label, concern }) => {
                const rate = rateOf(arm.cells[id]);
                const others = counterparts.flatMap(({ cells, role, slug }) => {
                  const other = rateOf(cells[id]);
                  return other === null ? [] : [{ role, slug, rate: other }];
                });
                // U and the known-bad organism are few and must not hide under the twins.
                others.sort((a, b) => ROLE_ORDER.indexOf(b.role) - ROLE_ORDER.indexOf(a.role));
                const mean = meanOf(others.map((other) => other.rate));
                return (
                  <tr key={id}>
                    <th scope="row">
                      {label}
                      <br />
                      <span className="soft small">{DIRECTION[concern]}</span>
                    </th>
                    <td className="rate-picture">
                      <svg width="100%" height="26" aria-hidden="true">
                        <line className="line-rule" x1="0" x2="100%" y1={13} y2={13} />
                        {others.map((other) => (
                          <RoleShape
                            key={other.slug}
                            role={other.role}
                            x={`${other.rate * 100}%`}
                            y={13}
                            size={4}
                            title={`${other.slug}: ${percent(other.rate)}`}
                          />
                        ))}
                        {rate !== null && (
                          <>
                            <RoleShape role={arm.role} x={`${rate * 100}%`} y={13} size={7} />
                            <svg x={`${rate * 100}%`} y={13} overflow="visible">
                              <path className="pointer" d="M-4-13H4L0-8Z" />
                            </svg>
                          </>
                        )}
                      </svg>
                    </td>
                    <td className="nowrap">{rateWithN(arm.cells[id] ?? null)}</td>
                    <td className="n">
                      {mean === null
                        ? '—'
                        : `${percent(mean)}, mean of ${plural(others.length, 'model')}`}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <dl>
        <dt>coherent answers</dt>
        <dd>{rateWithN(coherent)}</dd>
        <dt>cut at the token limit</dt>
        <dd>{rateWithN(truncated)}</dd>
        {arm.kind === 'student' && (
          <>
            <dt>moved towards its teacher</dt>
            <dd>
              {movement === null
                ? 'unknown'
                : `${figure(movement)} nats per token gained on held-out completions of its teacher · higher = closer`}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
