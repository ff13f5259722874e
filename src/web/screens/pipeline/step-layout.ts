/** Where every step of a pipeline is drawn, in user units. */
export interface StepLayout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly {
    readonly stage: string;
    readonly left: number;
    readonly width: number;
  }[];
  /** Centre of a step by its key. */
  readonly places: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
}

/** Distance of the centres of two neighbouring cells, and room for the head of a column. */
export const CELL = { pitch: 17, size: 13, head: 66, gap: 22 } as const;

const LEAST_COLUMN = 92;
const LEAST_ROWS = 6;

/**
 * Stages as columns of cells, as low as the width allows: a stage with many steps gets a wide
 * column, so that 1,300 steps stay in one view. Steps keep their order, row by row.
 */
export function layoutSteps(
  stages: readonly string[],
  steps: readonly { readonly key: string; readonly stage: string }[],
  width: number,
): StepLayout {
  const groups = stages.map((stage) => steps.filter((step) => step.stage === stage));
  const counts = groups.map((group) => group.length);
  const rows = fewestRows(counts, width);
  const natural = counts.map((n) => columnWidth(n, rows));
  const places = new Map<string, { x: number; y: number }>();
  const used = sum(natural) + CELL.gap * Math.max(0, stages.length - 1);
  // Room that is left goes between the columns.
  const gap = CELL.gap + Math.max(0, width - used) / Math.max(1, stages.length);
  let left = 0;
  let deepest = 0;
  const columns = stages.map((stage, i) => {
    const own = natural[i]!;
    const across = Math.max(1, Math.floor(own / CELL.pitch));
    for (const [at, { key }] of groups[i]!.entries()) {
      const row = Math.floor(at / across);
      deepest = Math.max(deepest, row + 1);
      places.set(key, {
        x: left + CELL.pitch * ((at % across) + 0.5),
        y: CELL.head + CELL.pitch * (row + 0.5),
      });
    }
    const column = { stage, left, width: own };
    left += own + gap;
    return column;
  });
  return {
    width: Math.max(width, left - gap),
    height: CELL.head + CELL.pitch * deepest + 6,
    columns,
    places,
  };
}

function fewestRows(counts: readonly number[], width: number): number {
  const most = Math.max(LEAST_ROWS, ...counts);
  for (let rows = LEAST_ROWS; rows < most; rows += 1) {
    const needed = sum(counts.map((n) => columnWidth(n, rows)));
    if (needed + CELL.gap * Math.max(0, counts.length - 1) <= width) return rows;
  }
  return most;
}

function columnWidth(n: number, rows: number): number {
  return Math.max(LEAST_COLUMN, Math.ceil(n / rows) * CELL.pitch);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
