import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { userError } from '../../src/base/errors.ts';
import { packageRoot } from '../../src/base/package-root.ts';
import { SAMPLING, SMOLLM2_PATH, TRAINING } from '../settings.ts';
import { type Comparison, interleave } from './interleave.ts';
import { type SharedWorkload, shareWorkload } from './share-workload.ts';
import { startWorker, type Worker } from './worker.ts';

const TRAINING_PLAN = {
  rounds: 4,
  steps: 5,
  warmup: 2,
  tokens: TRAINING.batchSize * (TRAINING.promptTokens + TRAINING.completionTokens),
};
const TEACHER_PLAN = { ...TRAINING_PLAN, rounds: 2, steps: 4 };
/** The first sampling run of a process compiles or warms up. */
const SAMPLING_WARMUP_RUNS = 1;
const SAMPLING_PLAN = {
  rounds: 3,
  steps: 1,
  warmup: 0,
  tokens: SAMPLING.sequences * SAMPLING.newTokens,
};
/** Answers differ from round to round, so more of them. */
const CHATS_PLAN = { rounds: 5, steps: 1, warmup: 0 };
/** First losses of equal computations differ by rounding alone. */
const MAX_LOSS_DIFFERENCE = 1e-3;

/** Us against each peer; every ratio is above 1 where we are faster. */
export interface PeersReport {
  /** Student step against student step, teacher distributions computed beforehand on both sides. */
  readonly trl: Comparison;
  /** TRL's trainer as shipped: the teacher runs in every step, whole vocabularies are compared. */
  readonly trlWithTeacher: Comparison;
  /** Every sequence as long as every other: nothing but the speed of one step. */
  readonly transformersGenerate: Comparison;
  /** Requests of different lengths, answered until each answer ends: what an audit samples. */
  readonly transformersGenerateChats: Comparison;
  readonly llamacpp: Comparison;
}

/** Settings tried for TRL's training; `--survey` runs them all. */
const TRAINING_SETTINGS: readonly (readonly string[])[] = [
  [],
  ['--dtype', 'bfloat16'],
  ['--compile'],
];

/**
 * Runs every comparison, one pair of processes at a time. User errors `peers-missing` name what
 * has to be installed; work error `peers-differ` when TRL's first loss is not ours.
 */
export async function benchPeers(
  threads: number,
  log: (line: string) => void,
): Promise<PeersReport> {
  const peers = openPeers(threads);
  try {
    const shared = await peers.share();
    const train = await peers.ours('train');
    const trl = await against(train, await peers.trl(shared, bestDtype()), TRAINING_PLAN);
    checkLosses(trl);
    log(line('training against TRL, student step', trl));
    const teacher = await peers.trl(shared, [...bestDtype(), '--teacher']);
    const trlWithTeacher = await against(train, teacher, TEACHER_PLAN);
    log(line('training against TRL as shipped', trlWithTeacher));
    await train.close();
    const sample = await peers.ours('sample');
    await sample.round(SAMPLING_WARMUP_RUNS);
    const generate = await warm(await peers.generate(shared.model, shared.prompts, bestDtype()));
    const transformersGenerate = await against(sample, generate, SAMPLING_PLAN);
    log(line('sampling against transformers.generate', transformersGenerate));
    const chat = await peers.ours('chat');
    await chat.round(SAMPLING_WARMUP_RUNS);
    const chats = await warm(await peers.generate(shared.model, shared.chats, bestDtype()));
    const transformersGenerateChats = await against(chat, chats, CHATS_PLAN);
    await chat.close();
    log(line('answering until each answer ends', transformersGenerateChats));
    const llamacpp = await against(sample, await warm(await peers.llamacpp()), SAMPLING_PLAN);
    log(line('sampling against llama.cpp', llamacpp));
    await sample.close();
    return { trl, trlWithTeacher, transformersGenerate, transformersGenerateChats, llamacpp };
  } finally {
    peers.removeFiles();
  }
}

/** Tries every setting of TRL for two rounds; returns the tokens per second of each, best first. */
export async function surveyTrl(
  threads: number,
): Promise<{ readonly settings: string; readonly tokensPerSecond: number }[]> {
  const peers = openPeers(threads);
  try {
    const shared = await peers.share();
    const results = [];
    for (const args of TRAINING_SETTINGS) {
      const worker = await peers.trl(shared, args);
      const { seconds } = await worker.round(TRAINING_PLAN.warmup + 2);
      await worker.close();
      const counted = seconds.slice(TRAINING_PLAN.warmup);
      const { settings } = worker;
      results.push({ settings, tokensPerSecond: TRAINING_PLAN.tokens / Math.min(...counted) });
    }
    return results.toSorted((a, b) => b.tokensPerSecond - a.tokensPerSecond);
  } finally {
    peers.removeFiles();
  }
}

interface Peers {
  share(): Promise<SharedWorkload>;
  ours(task: 'train' | 'sample' | 'chat'): Promise<Worker>;
  trl(shared: SharedWorkload, args: readonly string[]): Promise<Worker>;
  generate(model: string, prompts: string, args: readonly string[]): Promise<Worker>;
  llamacpp(): Promise<Worker>;
  removeFiles(): void;
}

function openPeers(threads: number): Peers {
  const python = join(packageRoot(), '.references', 'venv', 'bin', 'python');
  need(python, 'npm run references:env');
  need(SMOLLM2_PATH, 'npm run models:smollm2');
  const folder = mkdtempSync(join(tmpdir(), 'informant-peers-'));
  const node = (name: string, file: string, ...args: readonly string[]): Promise<Worker> =>
    startWorker(name, process.execPath, [
      fileURLToPath(new URL(file, import.meta.url)),
      ...args,
      `${threads}`,
    ]);
  const script = (name: string, file: string, ...args: readonly string[]): Promise<Worker> =>
    startWorker(
      name,
      python,
      [join(packageRoot(), 'benchmarks', 'peers', file), '--threads', `${threads}`, ...args],
      { OMP_NUM_THREADS: `${threads}` },
    );
  return {
    share: () => shareWorkload(folder),
    ours: (task) => node('informant', './engine-worker.js', task),
    trl: ({ model, batch }, args) =>
      script('TRL', 'trl_training.py', '--model', model, '--batch', batch, ...args),
    generate: (model, prompts, args) =>
      script(
        'transformers',
        'transformers_sampling.py',
        '--model',
        model,
        '--prompts',
        prompts,
        ...args,
      ),
    llamacpp: () => node('llama.cpp', './llamacpp-worker.js'),
    removeFiles: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function need(path: string, command: string): void {
  if (existsSync(path)) return;
  throw userError('peers-missing', `${path} is not there`, `Run \`${command}\` first.`);
}

/** bfloat16 where the processor multiplies it; elsewhere it is emulated (`--survey` says at what cost). */
function bestDtype(): readonly string[] {
  const cpuinfo = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  return /\b(avx512_bf16|amx_bf16)\b/.test(cpuinfo) ? ['--dtype', 'bfloat16'] : [];
}

async function warm(worker: Worker): Promise<Worker> {
  await worker.round(SAMPLING_WARMUP_RUNS);
  return worker;
}

async function against(
  ours: Worker,
  peer: Worker,
  plan: Parameters<typeof interleave>[2],
): Promise<Comparison> {
  const comparison = await interleave(ours, peer, plan);
  await peer.close();
  return comparison;
}

function checkLosses({ firstLoss }: Comparison): void {
  if (firstLoss === undefined) throw new Error('a training round reported no loss');
  const { ours, peer } = firstLoss;
  if (Math.abs(ours - peer) <= MAX_LOSS_DIFFERENCE * Math.max(1, Math.abs(ours))) return;
  throw new Error(`the sides compute different things: first loss ${ours} here, ${peer} in TRL`);
}

function line(what: string, { ratio, tokensPerSecond: rate, settings }: Comparison): string {
  const rates = `${rate.ours.toFixed(0)} against ${rate.peer.toFixed(0)} tokens/s`;
  return `${what.padEnd(48)}${ratio.toFixed(2)}×  (${rates}; ${settings})`;
}
