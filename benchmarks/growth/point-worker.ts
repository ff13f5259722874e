import { createRng } from '../../src/base/rng.ts';
import { weightShapes } from '../../src/engine/decoder/parameters.ts';
import { createSessionCache } from '../../src/engine/session-cache.ts';
import type { DecoderConfig, DenseTensor } from '../../src/engine/types.ts';
import { parseJson } from '../../src/base/json.ts';
import { serveRounds } from '../peers/serve-rounds.ts';
import { examplesOf, targetsFor, timeSteps } from '../workload.ts';
import { capacityOf, configOf, pointSchema } from './point.ts';

/** One point in a process of its own, so that its peak memory is its own too: `node … POINT THREADS`. */
const [json, threads] = process.argv.slice(2);
const point = pointSchema.parse(parseJson(json ?? ''));
const config = configOf(point.size);
const weights = noise(config);
const cache = createSessionCache({ threads: Number(threads) });
const half = point.time / 2;
const lengths = { promptTokens: half, completionTokens: half };
const examples = examplesOf(point.rows, lengths, config.vocabSize);
const targets = targetsFor(examples, 64, config.vocabSize);
await serveRounds('informant', (steps) =>
  timeSteps(cache, {
    config,
    weights,
    capacity: capacityOf(point),
    examples,
    objective: { kind: 'kd', targets, temperature: 1 },
    epochs: steps,
    batchSize: point.rows,
  }),
);
await cache.close();

/** Small normal numbers, a short run of them repeated: drawing 360M takes longer than a point. */
function noise(shape: DecoderConfig): Map<string, DenseTensor> {
  const rng = createRng('growth');
  const run = Float32Array.from({ length: 65_521 }, () => rng.normal() * 0.02);
  return new Map(
    [...weightShapes(shape)].map(([name, dims]) => {
      const data = new Float32Array(dims.reduce((product, length) => product * length, 1));
      if (dims.length === 1) data.fill(1);
      else
        for (let at = 0; at < data.length; at += run.length)
          data.set(run.subarray(0, data.length - at), at);
      return [name, { shape: dims, data }];
    }),
  );
}
