/** A map that forgets what was used longest ago. */
export interface Lru<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

/** Keeps entries while their sizes, 1 each unless `sizeOf` says otherwise, add up to `limit`. */
export function createLru<Key, Value>(
  limit: number,
  sizeOf: (value: Value) => number = () => 1,
): Lru<Key, Value> {
  const entries = new Map<Key, Value>();
  let total = 0;
  const remove = (key: Key, value: Value): void => {
    entries.delete(key);
    total -= sizeOf(value);
  };
  return {
    get: (key) => {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    delete: (key) => {
      const value = entries.get(key);
      if (value !== undefined) remove(key, value);
    },
    set: (key, value) => {
      const before = entries.get(key);
      if (before !== undefined) remove(key, before);
      entries.set(key, value);
      total += sizeOf(value);
      // The newest stays, however large it is.
      for (const [oldest, old] of entries) {
        if (total <= limit || oldest === key) break;
        remove(oldest, old);
      }
    },
  };
}
