import { randomUUID } from 'node:crypto';
import type { Snapshot } from '../../api/samples.ts';
import { createLru, type Lru } from '../../base/lru.ts';

/** What is counted under a filter. */
export type Counts = Pick<Snapshot, 'facets' | 'unscored' | 'invalidated' | 'strips'>;

/** Ids of samples in order. */
export type Ids = Int32Array | Float64Array;

/** A filter at one moment: pages are slices of its list, and what is counted comes with it. */
interface KeptSnapshot {
  readonly study: string;
  /** Names its ordered ids in `lists`; snapshots between which no sample came or went share them. */
  readonly list: string;
  readonly counts: Counts;
  /** Of the store when it was taken: until that changes, asking again gives the same list. */
  readonly version: string;
}

/** Snapshots that were taken; those used longest ago are forgotten. */
export interface Snapshots {
  readonly byName: Lru<string, KeptSnapshot>;
  readonly lists: Lru<string, Ids>;
  /** Names of the last ones by study and filter. */
  readonly names: Lru<string, string>;
}

/** Ids kept in all lists together. */
const MAX_KEPT_IDS = 4_000_000;
const MAX_KEPT_SNAPSHOTS = 1_000;

/** None yet; empty lists cost something too. */
export function createSnapshots(maxIds = MAX_KEPT_IDS): Snapshots {
  return {
    byName: createLru(MAX_KEPT_SNAPSHOTS),
    lists: createLru(maxIds, (ids) => ids.length + 1_000),
    names: createLru(MAX_KEPT_SNAPSHOTS),
  };
}

/** A snapshot under its name. */
export interface FoundSnapshot {
  readonly name: string;
  readonly kept: KeptSnapshot;
  readonly ids: Ids;
}

/** A snapshot that is not forgotten; it counts as used. */
export function findSnapshot(
  { byName, lists }: Snapshots,
  name: string,
): FoundSnapshot | undefined {
  const kept = byName.get(name);
  const ids = kept && lists.get(kept.list);
  return kept === undefined || ids === undefined ? undefined : { name, kept, ids };
}

/** Keeps what was read of a filter under a new name; `before` is the last of that filter. */
export function keepSnapshot(
  { byName, lists }: Snapshots,
  { ids: read, ...rest }: Omit<KeptSnapshot, 'list'> & { readonly ids: Ids },
  before: FoundSnapshot | undefined,
): FoundSnapshot {
  // A page that follows a run asks for a list after every change, and few changes bring samples.
  const shared = before !== undefined && isEqual(before.ids, read) ? before : undefined;
  const name = randomUUID();
  const ids = shared?.ids ?? read;
  const kept = { ...rest, list: shared?.kept.list ?? name };
  byName.set(name, kept);
  lists.set(kept.list, ids);
  return { name, kept, ids };
}

function isEqual(a: Ids, b: Ids): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}
