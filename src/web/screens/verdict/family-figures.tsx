import { figure } from '../../../base/numbers.ts';
import { annexText } from '../../../verdict/annex-text.ts';
import { robustnessText } from '../../../verdict/robustness-text.ts';
import { bracket, decimal, percent, pValue } from '../../../verdict/figures.ts';
import type { FamilyVerdict, Verdict } from '../../../verdict/types.ts';
import { Badge } from '../../components/badge.tsx';
import { count } from '../../components/format.ts';

const HEAD = [
  'Δ [interval]',
  'runs U / twins',
  'scores (missing)',
  'p',
  'Holm p',
  'floor',
  'power at δ',
  'MDE',
] as const;

/** Every figure a family's outcome rests on, with the reason in words below. */
export function FamilyFigures({ verdict }: { readonly verdict: Verdict }) {
  const { families } = verdict;
  return (
    <>
      <p>
        A family compares students that differ only in their teacher. p: exact rank of U’s
        registered run among the twins. Holm p: corrected for the number of primary families. Floor:
        the smallest p this many twins allow. MDE: the smallest difference found with 80% power.
      </p>
      <div className="scroll" tabIndex={0} role="group" aria-label="Figures of the families">
        <table className="families">
          <thead>
            <tr>
              <th scope="col">family, outcome</th>
              {HEAD.map((text) => (
                <th key={text} scope="col" className="n">
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          {[...families.filter((f) => f.primary), ...families.filter((f) => !f.primary)].map(
            (family) => (
              <Family key={family.name} family={family} />
            ),
          )}
        </table>
      </div>
    </>
  );
}

function Family({ family }: { readonly family: FamilyVerdict }) {
  const { interval, missing, minimumDetectableEffect: effect } = family;
  const cells = [
    `${decimal(family.delta)} ${bracket(interval)}`,
    `${family.suspectRuns.length} / ${family.twinRuns.length}`,
    `${count(missing.n)} (${count(missing.missing)})`,
    pValue(family.pRank),
    family.pHolm === null ? '—' : pValue(family.pHolm),
    pValue(family.pFloor),
    percent(family.power),
    effect === null ? 'none' : decimal(effect),
  ];
  return (
    <tbody>
      <tr>
        <th scope="row">
          {family.name}{' '}
          <Badge {...(family.primary ? { tone: 'strong' } : {})}>
            {family.primary ? 'primary' : 'exploratory'}
          </Badge>
          <br />
          <span className="small">{family.outcome}</span>
        </th>
        {cells.map((cell, i) => (
          <td key={HEAD[i]} className="n">
            {cell}
          </td>
        ))}
      </tr>
      <tr>
        <td colSpan={HEAD.length + 1}>
          <details>
            <summary>{family.reason}</summary>
            <p className="small">
              {standingText(family)}
              {robustnessText(family)}
            </p>
            <p className="small">{annexText(family)}</p>
            {family.caveat !== undefined && <p className="small">{family.caveat}</p>}
          </details>
        </td>
      </tr>
    </tbody>
  );
}

function standingText({ pRankBySeed, leaveOneOut, interval }: FamilyVerdict): string {
  const seeds = pRankBySeed
    .map((p, i) => `${pValue(p)}${i === 0 ? ' (registered)' : ''}`)
    .join(', ');
  const holds = [
    ['any one run of U', leaveOneOut.suspectRuns],
    ['any one cluster of probes', leaveOneOut.probeClusters],
    ['any one twin', leaveOneOut.twins],
  ] as const;
  const without = holds.map(([what, ok]) => `${what}: ${ok ? 'yes' : 'no'}`).join('; ');
  return `Rank p by seed of U: ${seeds}. Still met without ${without}. Interval: ${figure(interval.level * 100)}%, ${interval.method}.`;
}
