/** A map that forgets what was used longest ago. */
export interface Lru<Key, Value> {
  get(key: Key): Value | undefined;
  /** What is kept under a key, or what is made of it now and kept. */
  getOrMake(key: Key, make: () => Value): Value;
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
  const get = (key: Key): Value | undefined => {
    const value = entries.get(key);
    if (value === undefined) return undefined;
    entries.delete(key);
    entries.set(key, value);
    return value;
  };
  const set = (key: Key, value: Value): void => {
    const before = entries.get(key);
    if (before !== undefined) remove(key, before);
    entries.set(key, value);
    total += sizeOf(value);
    // The newest stays, however large it is.
    for (const [oldest, old] of entries) {
      if (total <= limit || oldest === key) break;
      remove(oldest, old);
    }
  };
  return {
    get,
    set,
    getOrMake: (key, make) => {
      const before = get(key);
      if (before !== undefined) return before;
      const made = make();
      set(key, made);
      return made;
    },
    delete: (key) => {
      const value = entries.get(key);
      if (value !== undefined) remove(key, value);
    },
  };
}
