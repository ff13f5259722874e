import { figure } from '../../../base/numbers.ts';
import type { Gate } from '../../../verdict/types.ts';

/** What must hold for any outcome to count: measured, limit, and in words. */
export function GatesTable({ gates }: { readonly gates: readonly Gate[] }) {
  const failed = gates.filter(({ ok }) => !ok).length;
  return (
    <>
      <p className={failed === 0 ? undefined : 'fails wraps'}>
        {failed === 0
          ? 'All conditions for a valid result hold.'
          : `${failed} of ${gates.length} gates fail, so the result is invalid.`}
      </p>
      <div className="scroll" tabIndex={0} role="group" aria-label="Gates">
        <table className="gates">
          <thead>
            <tr>
              <th scope="col">state</th>
              <th scope="col">gate and what was measured</th>
              <th scope="col" className="n">
                measured
              </th>
              <th scope="col" className="n">
                limit
              </th>
            </tr>
          </thead>
          <tbody>
            {gates.map((gate) => (
              <tr key={gate.name}>
                <td>
                  {gate.ok ? (
                    <span className="holds">✓ holds</span>
                  ) : (
                    <span className="fails">✗ FAILS</span>
                  )}
                </td>
                <td>
                  <b>{gate.name}</b>
                  <br />
                  <span className="soft small">{gate.detail}</span>
                </td>
                <td className="n">{figure(gate.figure)}</td>
                <td className="n">{figure(gate.limit)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
