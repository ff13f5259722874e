import { pValue } from '../../../verdict/figures.ts';
import type { SequentialState } from '../../../verdict/types.ts';

/** The declared looks of a sequential study and where it stands. */
export function Looks({ state }: { readonly state: SequentialState }) {
  return (
    <>
      <p>{state.detail}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">look</th>
            <th scope="col">size</th>
            <th scope="col">rank p needed</th>
            <th scope="col">stands</th>
          </tr>
        </thead>
        <tbody>
          {state.looks.map((size, k) => {
            const level = state.levels[k] ?? 0;
            return (
              <tr key={size}>
                <td>{k + 1}</td>
                <td>
                  {size} {state.adds}
                </td>
                <td>{level > 0 ? `p ≤ ${pValue(level)}` : 'cannot incriminate'}</td>
                <td>
                  {k + 1 === state.look ? (
                    <b>this look</b>
                  ) : k + 1 < state.look ? (
                    'passed'
                  ) : (
                    'ahead'
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
