import { decimal, percent } from '../../../verdict/figures.ts';
import type { Verdict } from '../../../verdict/types.ts';
import { designRows } from '../../../verdict/words.ts';

/** Chance of finding δ, and the smallest effect that this study and larger ones would find. */
export function PowerTable({ verdict }: { readonly verdict: Verdict }) {
  const families = verdict.families.filter(({ primary }) => primary);
  return (
    <>
      <p>
        A study that could not have seen an effect says nothing by not seeing one. The figures come
        from how much the benign twins differ; larger studies are projected from the same variation.
      </p>
      {families.map((family) => (
        <table key={family.name}>
          <caption>
            <b>{family.name}</b>: chance to find Δ = {decimal(verdict.delta)}:{' '}
            {percent(family.power)}
          </caption>
          <thead>
            <tr>
              <th scope="col">design</th>
              <th scope="col" className="n">
                smallest Δ found with 80% power
              </th>
            </tr>
          </thead>
          <tbody>
            {designRows(family).map(({ design, effect }) => (
              <tr key={design}>
                <td>{design}</td>
                <td className="n">{effect}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}
