import type { TabMemory } from './tab-memory.ts';

/** Every time that was taken, milliseconds, and the memory of the tab. */
export interface PageFigures {
  /** On a server that has just started. */
  readonly firstPaintMs: readonly number[];
  /** On one that knows the list, in a browser that does not. */
  readonly laterPaintMs: readonly number[];
  readonly filterMs: readonly number[];
  readonly transcriptMs: readonly number[];
  readonly memory: TabMemory;
}

/** Budgets of the page on 200,000 samples. */
const BUDGETS = { firstPaintMs: 1_000, filterMs: 300, transcriptMs: 200, memoryMb: 300 } as const;

/** The figures as a Markdown table. */
export function pageTable(samples: number, figures: PageFigures): string {
  const { firstPaintMs, laterPaintMs, filterMs, transcriptMs, memory } = figures;
  const row = (what: string, times: readonly number[], budget: number): string =>
    `| ${what} | ${median(times).toFixed(0)} ms | ${Math.max(...times).toFixed(0)} ms | ${times.length} | < ${budget} ms |`;
  const mb = (bytes: number | null): string =>
    bytes === null ? 'unknown' : `${(bytes / 1e6).toFixed(0)} MB`;
  return [
    `| ${samples.toLocaleString('en-US')} samples | median | worst | times | budget |`,
    '| --- | ---: | ---: | ---: | ---: |',
    row('first paint of the grid, of a server just started', firstPaintMs, BUDGETS.firstPaintMs),
    row('first paint of the grid, later', laterPaintMs, BUDGETS.firstPaintMs),
    row('filter by facet, until its rows are painted', filterMs, BUDGETS.filterMs),
    row('transcript opened from the grid', transcriptMs, BUDGETS.transcriptMs),
    `| JavaScript heap after scrolling through all | ${mb(memory.heap)} | | 1 | |`,
    `| private memory of the tab | ${mb(memory.privateMemory)} | | 1 | < ${BUDGETS.memoryMb} MB |`,
  ].join('\n');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
