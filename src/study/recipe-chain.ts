import type { StudySpec } from './spec.ts';

/**
 * Names of the recipes a student is trained by, first to last: those that `startFrom` names, then
 * the recipe itself. A name that points nowhere ends the chain, as does one that comes again; the
 * checks of a study report both.
 */
export function recipeChain(
  recipes: Readonly<Record<string, StudySpec['recipes'][string]>>,
  name: string,
): readonly string[] {
  const chain = new Set<string>();
  let next: string | undefined = name;
  while (next !== undefined && recipes[next] !== undefined && !chain.has(next)) {
    chain.add(next);
    next = recipes[next]?.startFrom;
  }
  return [...chain].toReversed();
}
