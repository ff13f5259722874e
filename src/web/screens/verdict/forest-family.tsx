import { useId } from 'react';
import type { VerdictView } from '../../../api/verdict.ts';
import { decimal, percent, pValue } from '../../../verdict/figures.ts';
import type { Verdict } from '../../../verdict/types.ts';
import { Badge, ExploratoryBadge } from '../../components/badge.tsx';
import { count } from '../../components/format.ts';
import { FamilyBehind } from './family-behind.tsx';
import { ForestBar } from './forest-bar.tsx';
import { familyRates, type ForestRow } from './forest-rows.ts';
import type { PercentScale } from './percent-scale.ts';

/** One row of the forest plot: name and standing, picture, figures; opens to the arms behind it. */
export function ForestFamily({
  study,
  row,
  behind,
  scale,
  verdict,
  isOpen,
  onToggle,
}: {
  readonly study: string;
  readonly row: ForestRow;
  readonly behind: VerdictView['families'][number] | undefined;
  readonly scale: PercentScale;
  readonly verdict: Verdict;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const { family } = row;
  const rates = familyRates(family);
  const figuresId = useId();
  return (
    <div role="listitem" className={family.primary ? 'family' : 'family explores'}>
      <div className="forest-grid">
        <div>
          <button
            type="button"
            className="family-name printed"
            aria-expanded={isOpen}
            onClick={onToggle}
            aria-describedby={figuresId}
            aria-label={`${family.name}, ${family.outcome}: Δ ${decimal(row.delta)} ${row.intervalText}, ${row.p}`}
          >
            <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {family.name}
          </button>
          <p className="row small">
            {family.primary ? <Badge tone="strong">primary</Badge> : <ExploratoryBadge />}
            <span className="soft">{family.outcome}</span>
          </p>
        </div>
        <ForestBar row={row} scale={scale} delta={verdict.delta} />
        <div className="forest-figures">
          <b>Δ {decimal(row.delta)}</b> {row.intervalText}
          <span className="soft">{row.p}</span>
          <span className="soft">
            U {percent(rates.suspect)}, twins {percent(rates.twin)}
          </span>
          <span className="soft">
            n {count(family.missing.n)}, {count(family.missing.missing)} missing
          </span>
        </div>
      </div>
      <p className="forest-hover small" id={figuresId}>
        raw p {pValue(family.pRank)} · Holm p{' '}
        {family.pHolm === null ? 'none, exploratory' : pValue(family.pHolm)} · smallest possible p{' '}
        {pValue(family.pFloor)} · {family.suspectRuns.length} runs of U, {family.twinRuns.length} of
        twins · {count(family.missing.n)} scores, {count(family.missing.missing)} missing
      </p>
      {isOpen && <FamilyBehind study={study} family={family} behind={behind} />}
    </div>
  );
}
