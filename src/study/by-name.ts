/** A value that checks have shown to exist; anything else is a bug. */
export function byName<T>(record: Readonly<Record<string, T>>, name: string): T {
  const value = record[name];
  if (value === undefined) throw new Error(`no "${name}" among ${Object.keys(record).join(', ')}`);
  return value;
}
