import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createSessionCache, type SessionCache } from '../src/engine/session-cache.ts';
import { sampleSmollm2, smollm2Weights, trainSmollm2 } from './smollm2-workload.ts';

/** The first runs of a session lay out memory and are not counted. */
const WARMUP_RUNS = 2;
const TRAINING_STEPS = 6;
const MATRIX_PRODUCTS: readonly string[] = ['Gemm', 'MatMul', 'FusedMatMul', 'FusedGemm'];

/** Where the time of a workload goes. */
export interface Profile {
  readonly workload: string;
  readonly runs: number;
  readonly secondsPerRun: number;
  /** Share of a run that matrix products take, attention's fused kernel not counted. */
  readonly matrixProducts: number;
  /** Kernels by share of a run, largest first; what is left is the runtime between them. */
  readonly kernels: readonly {
    readonly op: string;
    readonly share: number;
    readonly callsPerRun: number;
  }[];
}

/** ONNX Runtime's own clock around every kernel, in training and in sampling SmolLM2-135M. */
export async function profileSmollm2(threads: number): Promise<readonly Profile[]> {
  const { weights } = await smollm2Weights();
  return [
    await profiled('training step', threads, (cache) =>
      trainSmollm2(cache, weights, TRAINING_STEPS),
    ),
    await profiled('decode step of 32 sequences', threads, (cache) =>
      sampleSmollm2(cache, weights),
    ),
  ];
}

async function profiled(
  workload: string,
  threads: number,
  work: (cache: SessionCache) => Promise<unknown>,
): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), 'informant-profile-'));
  try {
    const cache = createSessionCache({ threads, profilePrefix: join(folder, 'kernels') });
    await work(cache);
    await cache.close();
    const [file] = readdirSync(folder);
    const events = traceSchema.parse(JSON.parse(readFileSync(join(folder, file!), 'utf8')));
    return summarise(workload, events);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const eventSchema = z.object({
  cat: z.string(),
  name: z.string(),
  /** Microseconds. */
  ts: z.number(),
  dur: z.number(),
  args: z.object({ op_name: z.string().optional() }).optional(),
});
const traceSchema = z.array(eventSchema);

function summarise(workload: string, events: z.infer<typeof traceSchema>): Profile {
  const runs = events.filter(({ name }) => name === 'model_run').toSorted((a, b) => a.ts - b.ts);
  // A prompt is worked through in one long run before the decode steps.
  const counted = runs.slice(WARMUP_RUNS);
  const from = counted[0]?.ts;
  if (from === undefined) throw new Error(`${workload}: fewer than ${WARMUP_RUNS + 1} runs`);
  const total = counted.reduce((sum, { dur }) => sum + dur, 0);
  const byOp = new Map<string, { micros: number; calls: number }>();
  for (const { cat, name, ts, dur, args } of events) {
    const op = args?.op_name;
    if (cat !== 'Node' || op === undefined || ts < from || !name.endsWith('kernel_time')) continue;
    const sum = byOp.get(op) ?? { micros: 0, calls: 0 };
    byOp.set(op, { micros: sum.micros + dur, calls: sum.calls + 1 });
  }
  const kernels = [...byOp]
    .map(([op, { micros, calls }]) => ({
      op,
      share: micros / total,
      callsPerRun: calls / counted.length,
    }))
    .toSorted((a, b) => b.share - a.share);
  const products = kernels.filter(({ op }) => MATRIX_PRODUCTS.includes(op));
  return {
    workload,
    runs: counted.length,
    secondsPerRun: total / counted.length / 1e6,
    matrixProducts: products.reduce((sum, { share }) => sum + share, 0),
    kernels,
  };
}

/** The table that people read. */
export function profileText({ workload, runs, secondsPerRun, kernels }: Profile): string {
  const rows = kernels
    .filter(({ share }) => share >= 0.001)
    .map(
      ({ op, share, callsPerRun }) =>
        `  ${op.padEnd(32)}${(100 * share).toFixed(1).padStart(6)}%${callsPerRun.toFixed(0).padStart(8)} calls`,
    );
  return [`${workload}: ${secondsPerRun.toFixed(3)} s, mean of ${runs}`, ...rows].join('\n');
}
