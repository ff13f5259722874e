import { type ChildProcess, fork } from 'node:child_process';
import { z } from 'zod';
import { saveCase } from './corpus.ts';
import { BATCH, drawBatch } from './hostile-case.ts';
import { type CaseReport, type Order, reportSchema } from './protocol.ts';

/** A case that takes longer hangs: every limit of the loaders is shorter. */
const HANG_MS = 60_000;
/** Heap of a worker: a loader that needs more crashes it. */
const HEAP_MEGABYTES = 1_024;
/** Resident memory above which a case counts as a finding. */
const MEMORY_LIMIT_MEGABYTES = 1_500;

/** What came back so far. */
export interface Tally {
  readonly cases: number;
  readonly formats: Readonly<
    Record<
      string,
      { readonly accepted: number; readonly refused: Readonly<Record<string, number>> }
    >
  >;
  readonly peakMegabytes: number;
  readonly slowest: { readonly milliseconds: number; readonly format: string };
  readonly findings: readonly { readonly what: string; readonly file: string }[];
}

/** Runs `count` cases in `workers` processes; cases that misbehave are saved under `findings`. */
export async function runFuzzer(options: {
  readonly count: number;
  readonly seed: number;
  readonly workers: number;
  readonly findings: string;
  readonly onProgress: (tally: Tally) => void;
}): Promise<Tally> {
  const { count, seed, onProgress } = options;
  const formats: Record<string, { accepted: number; refused: Record<string, number> }> = {};
  const tally = {
    cases: 0,
    formats,
    peakMegabytes: 0,
    slowest: { milliseconds: 0, format: '' },
    findings: new Array<{ what: string; file: string }>(),
  };
  const batches = Math.ceil(count / BATCH);
  let next = 0;

  const found = (batch: number, at: number, what: string): void => {
    const hostile = drawBatch(seed, batch)[at]!;
    tally.findings.push({ what, file: saveCase(options.findings, hostile, what) });
  };
  const record = (batch: number, report: CaseReport): void => {
    const { at, format, outcome, milliseconds, peakMegabytes } = report;
    tally.cases++;
    tally.peakMegabytes = Math.max(tally.peakMegabytes, peakMegabytes);
    if (milliseconds > tally.slowest.milliseconds) tally.slowest = { milliseconds, format };
    const counts = (formats[format] ??= { accepted: 0, refused: {} });
    if (outcome.kind === 'accepted') counts.accepted++;
    else if (outcome.kind === 'refused') {
      counts.refused[outcome.code] = (counts.refused[outcome.code] ?? 0) + 1;
    } else found(batch, at, outcome.message);
    onProgress(tally);
  };

  const work = async (): Promise<void> => {
    let worker = startWorker();
    while (next < batches) {
      const batch = next++;
      for (let from = 0; from < BATCH;) {
        const end = await runOrder(worker, { seed, batch, from }, (report) =>
          record(batch, report),
        );
        from = end.next;
        if (end.problem === undefined) continue;
        // The case that was running when the process died, or the one that ate the memory.
        found(batch, end.culprit, end.problem);
        if (end.culprit >= end.next) {
          tally.cases++;
          from = end.culprit + 1;
        }
        worker.kill('SIGKILL');
        worker = startWorker();
      }
    }
    worker.disconnect();
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return tally;
}

function startWorker(): ChildProcess {
  return fork(new URL('./worker.js', import.meta.url), {
    execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** How an order ended: after which case, and whether a case spoilt the process. */
type OrderEnd =
  | { readonly next: number; readonly problem?: undefined }
  | { readonly next: number; readonly problem: string; readonly culprit: number };

async function runOrder(
  worker: ChildProcess,
  order: Order,
  onReport: (report: CaseReport) => void,
): Promise<OrderEnd> {
  return new Promise((settle) => {
    let next = order.from;
    const end = (result: OrderEnd): void => {
      clearTimeout(watchdog);
      worker.removeAllListeners();
      settle(result);
    };
    const dead = (problem: string) => (): void => end({ next, problem, culprit: next });
    let watchdog = setTimeout(dead('hang'), HANG_MS);
    worker.on('exit', (code, signal) => dead(`crash (${signal ?? `exit code ${code}`})`)());
    worker.on('message', (message) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(dead('hang'), HANG_MS);
      const report = z.parse(reportSchema, message);
      next = report.at + 1;
      onReport(report);
      if (report.peakMegabytes > MEMORY_LIMIT_MEGABYTES) {
        const problem = `memory (${report.peakMegabytes.toFixed(0)} MB)`;
        end({ next, problem, culprit: report.at });
      } else if (next === BATCH) end({ next });
    });
    worker.send(order);
  });
}
