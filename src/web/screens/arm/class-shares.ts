/** One class of answers as a stretch of a bar. */
export interface ClassShare {
  readonly name: string;
  readonly count: number;
  readonly share: number;
}

/** Classes by count, the most frequent first; classes without answers are left out. */
export function classShares(classes: Readonly<Record<string, number>>): ClassShare[] {
  const all = Object.entries(classes).filter(([, n]) => n > 0);
  const total = all.reduce((sum, [, n]) => sum + n, 0);
  return all
    .map(([name, n]) => ({ name, count: n, share: n / total }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
