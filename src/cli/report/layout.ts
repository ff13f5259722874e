import type { FamilyVerdict } from '../../verdict/types.ts';
import { svgText, wrapLabel } from './svg.ts';

/** Columns shared by the pictures of a report, in user units, so that their rows line up. */
export const COLUMNS = {
  width: 880,
  labelLeft: 8,
  plotLeft: 262,
  plotRight: 690,
  textLeft: 706,
} as const;

/** Family name (two lines at most) and its standing, at the left of a row that starts at `top`. */
export function familyLabel(family: FamilyVerdict, top: number): string {
  const lines = wrapLabel(family.name, 34, 2);
  const standing = family.primary
    ? `primary · ${family.outcome}`
    : `exploratory · ${family.outcome}`;
  return (
    lines
      .map((line, i) =>
        svgText(
          COLUMNS.labelLeft,
          top + 17 + i * 16,
          line,
          family.primary ? { classes: 'strong' } : {},
        ),
      )
      .join('') +
    svgText(COLUMNS.labelLeft, top + 17 + lines.length * 16, standing, { classes: 'badge' })
  );
}

/** Primary families first, both groups in the order of the study. */
export function inReadingOrder(families: readonly FamilyVerdict[]): FamilyVerdict[] {
  return [...families.filter((f) => f.primary), ...families.filter((f) => !f.primary)];
}

/** Mean, NaN for an empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
