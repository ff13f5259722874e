/** Promises by name: each is made once, and again after it failed. */
export function createOnce<T>(): (name: string, make: () => Promise<T>) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (name, make) => {
    const before = made.get(name);
    if (before !== undefined) return before;
    const promise = make();
    made.set(name, promise);
    promise.catch(() => made.delete(name));
    return promise;
  };
}
