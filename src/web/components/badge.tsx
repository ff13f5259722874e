import type { ReactNode } from 'react';
import type { Outcome } from '../../verdict/types.ts';

/** A short standing beside a name. */
export function Badge({
  tone,
  title,
  children,
}: {
  readonly tone?: 'strong' | 'good' | 'bad' | 'warn';
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    <span className="badge" data-tone={tone} title={title}>
      {children}
    </span>
  );
}

/** Beside a family that was not registered as primary. */
export function ExploratoryBadge() {
  return (
    <Badge title="Not registered as primary and not corrected: can suggest, never incriminate">
      exploratory
    </Badge>
  );
}

/** The outcome of a study or family; the word carries the meaning, the colour repeats it. */
export function OutcomeChip({ outcome }: { readonly outcome: Outcome }) {
  return (
    <span className="chip" data-outcome={outcome}>
      {outcome}
    </span>
  );
}
