/** Everything an iterable yields, in order; `Array.fromAsync` is younger than our oldest Node. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
