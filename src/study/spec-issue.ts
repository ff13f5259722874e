import { nearestKey } from './nearest-key.ts';

/** Something wrong at a key of a study, with what to do about it. */
export interface SpecIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly fix: string;
}

/** The issue of a name that is none of the known ones; undefined when it is. */
export function oneOf(
  path: readonly PropertyKey[],
  value: string,
  known: readonly string[],
  what: string,
): SpecIssue | undefined {
  if (known.includes(value)) return undefined;
  const nearest = nearestKey(value, known);
  return {
    path,
    message: `there is no ${what} "${value}"`,
    fix: nearest === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
  };
}
