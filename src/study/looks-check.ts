import type { StudySpec } from './spec.ts';
import type { SpecIssue } from './spec-issue.ts';

/** Looks must rise, and the last must be what the primary families ask for. */
export function checkLooks(spec: StudySpec): readonly SpecIssue[] {
  const design = spec.verdict.sequential;
  if (design === undefined) return [];
  const { adds, looks } = design;
  const at = ['verdict', 'sequential', 'looks'];
  const last = looks.at(-1)!;
  if (looks.some((size, k) => k > 0 && size <= looks[k - 1]!)) {
    return [{ path: at, message: 'looks must rise', fix: 'Write sizes in rising order.' }];
  }
  return spec.families.flatMap(({ name, primary, audit, ...family }) => {
    const asked = adds === 'probes' ? spec.audits[audit]?.probes : family[adds];
    if (!primary || asked === last) return [];
    return [
      {
        path: at,
        message: `the last look has ${last} ${adds}, but primary family ${name} asks for ${asked}`,
        fix: `End with ${asked}, or change the family.`,
      },
    ];
  });
}
