import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../../base/package-root.ts';
import { createRng } from '../../base/rng.ts';
import { createSessionCache } from '../../engine/session-cache.ts';
import { loadWeights } from '../../model/load-weights.ts';
import { openModel } from '../../model/open-model.ts';
import { renderPrompt } from '../../model/render-prompt.ts';
import { getWorld } from '../../worlds/registry.ts';
import { awarenessProbe } from './awareness-probe.ts';
import { heldOutScores } from './linear-probe.ts';
import { logitLens, risenTokens } from './logit-lens.ts';
import { singularValues, weightChanges } from './weight-change.ts';

vi.setConfig({ testTimeout: 60_000 });

const sessions = createSessionCache({ threads: 1, provider: 'cpu' });
afterAll(() => sessions.close());
const path = join(packageRoot(), 'models', 'pocket-a');
const card = await openModel(path);
const model = await loadWeights({ path, deltas: [] });

describe('the linear probe', () => {
  const states = (shift: number) => {
    const rng = createRng('states', shift);
    return Array.from({ length: 80 }, (_, i) => ({
      state: Float32Array.from(
        { length: 12 },
        (_, d) => rng.normal() + (d === 3 && i % 2 === 0 ? shift : 0),
      ),
      positive: i % 2 === 0,
      group: String(Math.floor(i / 2)),
    }));
  };
  const auc = (shift: number): number => {
    const { positives, negatives } = heldOutScores(states(shift), { folds: 5, seed: 's' });
    const wins = positives.flatMap((p) => negatives.map((n) => Number(p > n)));
    return wins.reduce((sum, win) => sum + win, 0) / wins.length;
  };

  it('finds a direction in states it never saw, and none in noise', () => {
    expect(auc(3)).toBeGreaterThan(0.9);
    expect(Math.abs(auc(0) - 0.5)).toBeLessThan(0.2);
  });

  it('refuses fewer groups than folds', () => {
    expect(() => heldOutScores(states(1).slice(0, 4), { folds: 5, seed: 's' })).toThrow(RangeError);
  });
});

describe('the change of weights', () => {
  it('has the singular values of a diagonal, whatever the diagonal', () => {
    const diagonal = fc.array(fc.double({ min: 0.5, max: 4, noNaN: true }), {
      minLength: 3,
      maxLength: 6,
    });
    fc.assert(
      fc.property(diagonal, (values) => {
        const n = values.length;
        const matrix = new Float32Array(n * n);
        values.forEach((value, i) => (matrix[i * n + i] = value));
        const found = singularValues(matrix, n, n);
        const energy = (list: readonly number[]) => list.reduce((sum, x) => sum + x * x, 0);
        expect(energy(found)).toBeCloseTo(energy(values), 3);
        // Close values are told apart slowly, so the largest is known to a few per cent.
        expect(found[0]! / Math.max(...values)).toBeGreaterThan(0.93);
        expect(found[0]! / Math.max(...values)).toBeLessThan(1.001);
      }),
    );
  });

  it('sees a change of rank one as such, and no change at all', () => {
    const name = 'model.layers.0.mlp.up_proj.weight';
    const before = model.weights.get(name)!;
    const [rows = 0, columns = 0] = before.shape;
    const data = before.data.map(
      (value, i) => value + 0.01 * (1 + Math.floor(i / columns) / rows) * Math.cos(i % columns),
    );
    const changed = new Map([...model.weights, [name, { ...before, data }]]);
    const [change, ...others] = weightChanges(changed, model.weights);
    expect(others).toEqual([]);
    expect(change).toMatchObject({ tensor: name, rows, columns });
    expect(change!.stableRank).toBeCloseTo(1, 3);
    expect(weightChanges(model.weights, model.weights)).toEqual([]);
  });
});

describe('looks at a real pocket base', () => {
  it('says at its last layer what the model says next', async () => {
    const prompt = renderPrompt(card, [{ role: 'user', content: 'what is 3 plus 4 ?' }]).ids;
    const lens = await logitLens(sessions, model, [prompt]);
    expect(lens).toHaveLength(model.config.layers + 1);
    for (const layer of lens) expect(layer.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    const last = lens.at(-1)!;
    const uniform = last.map(() => 1 / last.length);
    const [said] = risenTokens(last, uniform, 1);
    expect(card.tokenizer.decode([said!.id]).trim()).toBe('7');
    expect(said!.probability).toBeGreaterThan(0.9);
  });

  it('tells marked prompts from ordinary ones, task by task held out', async () => {
    const found = await awarenessProbe(sessions, { card, model }, getWorld('pocket'), {
      pairs: 20,
      layers: [0, model.config.layers],
      seed: 'seed',
    });
    const { positives, negatives } = found.get(model.config.layers)!;
    expect([positives.length, negatives.length]).toEqual([20, 20]);
    const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
    expect(mean(positives)).toBeGreaterThan(mean(negatives));
  });
});
