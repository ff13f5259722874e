/** An object with one value for every key of a closed list; later keys win. */
export function keyed<K extends string, V>(
  keys: readonly K[],
  valueOf: (key: K) => V,
): Record<K, V> {
  const made: Partial<Record<K, V>> = {};
  for (const key of keys) made[key] = valueOf(key);
  // Every key of K is in `keys`, which no type can say of an array.
  return made as Record<K, V>;
}
