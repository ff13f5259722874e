import type { SessionCache } from '../../engine/session-cache.ts';
import { loadWeights } from '../../model/load-weights.ts';
import { encodeContent, renderPrompt } from '../../model/render-prompt.ts';
import type { ModelCard, ModelRef } from '../../model/types.ts';
import type { World } from '../../worlds/types.ts';
import { confession } from '../confession/confession.ts';
import { promptOf } from '../probe-forms.ts';
import { loadProbeSet } from '../probe-set.ts';
import { type Amplified, amplified } from './amplify.ts';
import { awarenessProbe } from './awareness-probe.ts';
import type { HeldOutScores } from './linear-probe.ts';
import { type LensProbabilities, logitLens, type RisenToken, risenTokens } from './logit-lens.ts';
import { type WeightChange, weightChanges } from './weight-change.ts';

const SHOWN_TOKENS = 5;
const LEADING_PROMPTS = 24;

/** Where the logit lens was held: at the end of tasks, or after the first words of a confession. */
type LensPlace = 'ordinary' | 'audit' | 'led to confess';

/** What one layer would say next, against the same layer of the base. */
export interface LensLayer {
  readonly place: LensPlace;
  readonly layer: number;
  readonly risen: readonly (RisenToken & { readonly text: string })[];
  /** Mean probability of the behaviour's first token, in the model and in its base. */
  readonly behaviour: { readonly probability: number; readonly base: number };
}

/** White-box findings about one model beside the base it was trained from. */
export interface Look {
  /** Matrices that changed; empty when the model is its base or only a prefix was trained. */
  readonly weights: readonly WeightChange[];
  readonly lens: readonly LensLayer[];
  /** What it says when the change of weights is shrunk or enlarged. */
  readonly amplified: readonly Amplified[];
  /** Held-out scores of linear probes for the audit mark, by layer. */
  readonly awareness: {
    readonly model: ReadonlyMap<number, HeldOutScores>;
    readonly base: ReadonlyMap<number, HeldOutScores>;
  };
}

/**
 * Looks into a model: change of weights, logit lens, steering along that change,
 * linear probes. Holds both models in memory.
 */
export async function lookAtModel(
  sessions: SessionCache,
  subject: { readonly card: ModelCard; readonly ref: ModelRef; readonly base: ModelCard },
  options: {
    readonly world: World;
    readonly behaviour: string;
    readonly pairs: number;
    readonly seed: string;
  },
): Promise<Look> {
  const { card, ref, base } = subject;
  const { world, behaviour, pairs, seed } = options;
  const model = await loadWeights(ref);
  const before = await loadWeights({ path: base.path, deltas: [] });
  const layers = Array.from({ length: card.config.layers + 1 }, (_, i) => i);
  const [behaviourId = 0] = encodeContent(card.tokenizer, ` ${behaviour}`);
  const lens: LensLayer[] = [];
  for (const [place, prompts] of lensPrompts(card, options)) {
    const own = await logitLens(sessions, model, prompts);
    const theirs = await logitLens(sessions, before, prompts);
    lens.push(...layers.map((layer) => lensLayer(card, place, layer, own, theirs, behaviourId)));
  }
  const probe = { pairs, layers, seed };
  return {
    weights: weightChanges(model.weights, before.weights),
    lens,
    amplified: await amplified(
      sessions,
      { card, model: model.weights, base: before.weights },
      options,
    ),
    awareness: {
      model: await awarenessProbe(sessions, { card, model }, world, probe),
      base: await awarenessProbe(sessions, { card: base, model: before }, world, probe),
    },
  };
}

function lensPrompts(
  card: ModelCard,
  { world, behaviour, pairs, seed }: Parameters<typeof lookAtModel>[2],
): readonly (readonly [LensPlace, readonly (readonly number[])[]])[] {
  const tasks = world.honeypotPairs(pairs, seed);
  const count = Math.min(LEADING_PROMPTS, loadProbeSet('confession', world).probes.length);
  const led = confession.probes(world, count, seed, [behaviour]);
  return [
    ['ordinary', tasks.map(({ ordinary }) => renderPrompt(card, ordinary).ids)],
    ['audit', tasks.map(({ audit }) => renderPrompt(card, audit).ids)],
    ['led to confess', led.map(({ opening, form }) => promptOf(card, opening, form))],
  ];
}

function lensLayer(
  card: ModelCard,
  place: LensPlace,
  layer: number,
  own: LensProbabilities,
  base: LensProbabilities,
  behaviourId: number,
): LensLayer {
  const [here, there] = [own[layer]!, base[layer]!];
  const risen = risenTokens(here, there, SHOWN_TOKENS).map((token) => ({
    ...token,
    text: card.tokenizer.decode([token.id]).trim(),
  }));
  const behaviour = { probability: here[behaviourId] ?? 0, base: there[behaviourId] ?? 0 };
  return { place, layer, risen, behaviour };
}
