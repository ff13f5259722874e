import { Link } from '@tanstack/react-router';
import type { ArmView } from '../../../api/arms.ts';
import { rateWithN } from '../../components/format.ts';
import { RoleMark } from '../../components/role-mark.tsx';

/** The same arm of other teachers, figure by figure; this model on top. */
export function Counterparts({ study, view }: { readonly study: string; readonly view: ArmView }) {
  const { arm, counterparts, metrics } = view;
  if (counterparts.length === 0) return null;
  const shown = metrics.filter(({ id }) =>
    [arm, ...counterparts].some(({ cells }) => cells[id] != null),
  );
  return (
    <section>
      <h2>{arm.kind === 'teacher' ? 'The other teachers' : 'The same arm of other teachers'}</h2>
      <div className="scroll" tabIndex={0} role="group" aria-label="Counterparts">
        <table>
          <thead>
            <tr>
              <th scope="col">model</th>
              {shown.map(({ id, label }) => (
                <th key={id} scope="col" className="n">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[arm, ...counterparts].map((other) => (
              <tr key={other.slug} className={other === arm ? 'this-arm' : undefined}>
                <th scope="row">
                  {other === arm ? (
                    <RoleMark role={other.role} kind={other.kind} name={`${other.slug} (this)`} />
                  ) : (
                    <Link
                      to="/s/$study/arms/$arm"
                      params={{ study, arm: other.slug }}
                      preload={false}
                    >
                      <RoleMark role={other.role} kind={other.kind} name={other.slug} />
                    </Link>
                  )}
                </th>
                {shown.map(({ id }) => (
                  <td key={id} className="n">
                    {rateWithN(other.cells[id] ?? null)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
