import type { Json } from './json.ts';

/** A leaf that is not the same in two JSON values; undefined means absent. */
export interface JsonDifference {
  /** `rule.alpha`, `families.open-kd.twins`, … below the path the comparison started at. */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Leaves that differ, by path; keys of `before` first, then new ones. */
export function jsonDifferences(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): JsonDifference[] {
  if (before === after) return [];
  if (!isContainer(before) || !isContainer(after)) return [{ path, before, after }];
  if (Array.isArray(before) !== Array.isArray(after)) return [{ path, before, after }];
  const old = new Map(Object.entries(before));
  const now = new Map(Object.entries(after));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) =>
    jsonDifferences(path === '' ? name : `${path}.${name}`, old.get(name), now.get(name)),
  );
}

function isContainer(
  value: Json | undefined,
): value is readonly Json[] | { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}
