import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { embeddedLayout } from '../src/backends/embedded/embedded-backend.ts';
import { benchPocket } from './bench-pocket.ts';
import { benchSmollm2 } from './bench-smollm2.ts';
import { fmaPeak } from './fma-peak.ts';
import { profileSmollm2, profileText } from './profile.ts';
import { benchPeers, surveyTrl } from './peers/bench-peers.ts';

/**
 * `npm run bench [-- --peers] [--survey] [--profile] [--json]`: how fast this machine trains and samples, next
 * to its own matrix product peak measured in the same run. `--peers` adds transformers, TRL and
 * llama.cpp on the same work, in turn with ours; `--survey` tries TRL's settings instead,
 * `--profile` shows the time of every kernel instead. Compare ratios: absolute figures depend on the
 * machine.
 */
const { values } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    survey: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const threads = availableParallelism();
if (values.survey) {
  for (const { settings, tokensPerSecond } of await surveyTrl(threads)) {
    console.log(`${tokensPerSecond.toFixed(0).padStart(6)} tokens/s  ${settings}`);
  }
} else if (values.profile) {
  const profiles = await profileSmollm2(threads);
  console.log(values.json ? JSON.stringify(profiles) : profiles.map(profileText).join('\n\n'));
} else await bench();

async function bench(): Promise<void> {
  const log = (line: string): void => {
    if (!values.json) console.log(line);
  };
  const row = (what: string, figures: string): void => log(what.padEnd(48) + figures);
  const trainPocket = await benchPocket();
  row('training, pocket model, all weights, 1 thread', `${trainPocket.toFixed(0)} tokens/s`);
  const smollm2 = await benchSmollm2(embeddedLayout(135e6).threads);
  const { tokensPerSecond, gflops, matmul, ratio, scoredHeadRatio, sampled, source } = smollm2;
  const fma = fmaPeak();
  const rate = `${tokensPerSecond.toFixed(0)} tokens/s, ${gflops.toFixed(0)} GFLOP/s`;
  row('training, SmolLM2-135M, LoRA r16, KD top-64', rate);
  row('sampling, SmolLM2-135M, batch 32', `${sampled.toFixed(0)} tokens/s`);
  row(`matrix product 1024³, ${threads} threads`, `${matmul.toFixed(0)} GFLOP/s`);
  row('training as a share of the matrix product', ratio.toFixed(2));
  row('same, head counted where it is computed', scoredHeadRatio.toFixed(2));
  if (fma !== undefined) {
    row(`theoretical peak: ${fma.formula}`, `${fma.gflops.toFixed(0)} GFLOP/s`);
    row('training as a share of it', (gflops / fma.gflops).toFixed(2));
  }
  const peers = values.peers ? await benchPeers(threads, log) : undefined;
  const memory = peers?.trl.maxRssBytes;
  if (memory !== undefined) {
    const gb = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
    row('peak memory of training, ours and TRL', `${gb(memory.ours)}, ${gb(memory.peer)}`);
  }
  if (!values.json) return;
  console.log(
    JSON.stringify({
      trainPocket: { tokensPerSecond: trainPocket },
      trainSmollm2: { tokensPerSecond, gflops },
      sampling: { tokensPerSecond: sampled },
      matmulGflops: matmul,
      ratio,
      scoredHeadRatio,
      ...(fma === undefined ? {} : { fmaPeak: { ...fma, share: gflops / fma.gflops } }),
      ...(peers === undefined ? {} : { peers }),
      ...(memory === undefined ? {} : { memory: { ...memory, ratio: memory.ours / memory.peer } }),
      weights: source,
      threads,
    }),
  );
}
