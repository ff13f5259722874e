/** Runs work while one of its slots is free; the rest waits its turn. */
export type Slots = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `limit` works under way at once, begun in the order they came. */
export function createSlots(limit: number): Slots {
  let free = limit;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((begin) => waiting.push(begin));
    try {
      return await work();
    } finally {
      // A slot passes straight to who waits for it, so nobody can take it in between.
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
