import { decimal } from '../../../verdict/figures.ts';

/** A score as a number on a fixed scale of colour from 0 to 1; a dash where there is none. */
export function ScoreCell({ score }: { readonly score: number | null }) {
  if (score === null) return <span className="score none">—</span>;
  const share = Math.min(1, Math.max(0, score)) * 50;
  return (
    <span
      className="score"
      style={{ background: `color-mix(in oklab, var(--heat) ${share}%, transparent)` }}
    >
      {decimal(score)}
    </span>
  );
}
