/**
 * Placeholder data of a query whose later parts change under the reader, a page or a filter: what was
 * there before stays until the new has come, if the parts of the key at `same` (the study, the arm)
 * are equal. Facts of one study never stand under the name of another.
 */
export function keepPrevious(queryKey: readonly unknown[], same: readonly number[]) {
  return <Data>(
    previous: Data | undefined,
    query: { readonly queryKey: readonly unknown[] } | undefined,
  ): Data | undefined =>
    query !== undefined && same.every((part) => query.queryKey[part] === queryKey[part])
      ? previous
      : undefined;
}
