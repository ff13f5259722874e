import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { userError } from '../../src/base/errors.ts';
import { writeFileAtomic } from '../../src/base/files.ts';
import { svgFile } from '../../src/cli/report/svg.ts';
import { matmulGflops } from '../matmul-peak.ts';
import { startWorker } from '../peers/worker.ts';
import { median } from '../workload.ts';
import { growthFigure, type Measured, type MeasuredSeries } from './growth-figure.ts';
import { type Point, SERIES } from './point.ts';

/**
 * `npm run bench:growth [-- --json]`: how speed and peak memory of LoRA distillation grow with the
 * length of a row, the batch, the model and the rank. Rewrites docs/images/growth.svg and the table
 * between the markers of docs/performance.md. Every point is a process of its own.
 */
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const STEPS = 5;
const WARMUP_STEPS = 2;
const PLOT = 'docs/images/growth.svg';
const PAGE = 'docs/performance.md';
const MARKERS = ['<!-- growth:begin -->', '<!-- growth:end -->'] as const;

const threads = availableParallelism();
// The same set-up appears in several series and is measured once.
const known = new Map<string, Measured>();
const series: MeasuredSeries[] = [];
const before = await matmulGflops(threads);
for (const one of SERIES) {
  const measured: Measured[] = [];
  for (const { label, point } of one.points) {
    const key = JSON.stringify(point);
    const result = known.get(key) ?? (await measure(point));
    known.set(key, result);
    measured.push(result);
    if (!values.json) {
      const { tokensPerSecond, maxRssBytes } = result;
      console.log(
        `${one.name.padEnd(18)}${label.padStart(6)}  ${tokensPerSecond.toFixed(0).padStart(7)} tokens/s  ${(maxRssBytes / 1e9).toFixed(2)} GB`,
      );
    }
  }
  series.push({ ...one, measured });
}
const peak = Math.max(before, await matmulGflops(threads));
writeFileAtomic(PLOT, svgFile(growthFigure(series, 'How the cost of LoRA distillation grows')));
writeFileAtomic(PAGE, withTable(readFileSync(PAGE, 'utf8')));
if (values.json) console.log(JSON.stringify({ matmulGflops: peak, threads, series }));

async function measure(point: Point): Promise<Measured> {
  const worker = await startWorker('growth point', process.execPath, [
    fileURLToPath(new URL('./point-worker.js', import.meta.url)),
    JSON.stringify(point),
    `${threads}`,
  ]);
  const { seconds, maxRssBytes } = await worker.round(STEPS);
  await worker.close();
  const tokens = point.rows * point.time;
  return { tokensPerSecond: tokens / median(seconds.slice(WARMUP_STEPS)), maxRssBytes };
}

function withTable(page: string): string {
  const [begin, end] = MARKERS;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) {
    throw userError('markers-missing', `${PAGE} lacks ${begin} … ${end}`, 'Put the markers back.');
  }
  return `${page.slice(0, from + begin.length)}\n\n${table()}\n\n${page.slice(to)}`;
}

function table(): string {
  const rows = series.flatMap(({ name, fixed, points, measured }) =>
    points.map(({ label }, i) => {
      const { tokensPerSecond, maxRssBytes } = measured[i]!;
      return `| ${name} | ${label} | ${tokensPerSecond.toFixed(0)} | ${(maxRssBytes / 1e9).toFixed(2)} | ${fixed} |`;
    }),
  );
  return [
    `${threads} threads; the matrix product peak around the run was ${peak.toFixed(0)} GFLOP/s.`,
    '',
    '| what grows | value | tokens/s | peak memory, GB | what stays |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
