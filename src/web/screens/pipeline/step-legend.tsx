import { StepShape } from './step-shape.tsx';
import { type ShownState, STATE_WORDS, STATES } from './step-words.ts';

/** What the cells mean, with how many there are of each. */
export function StepLegend({ counts }: { readonly counts: ReadonlyMap<ShownState, number> }) {
  return (
    <p className="row small step-legend">
      {STATES.map((state) => (
        <span key={state} className="role">
          <svg width="16" height="16" aria-hidden="true">
            <StepShape state={state} x={8} y={8} />
          </svg>
          {STATE_WORDS[state]} <span className="soft">{counts.get(state) ?? 0}</span>
        </span>
      ))}
    </p>
  );
}
