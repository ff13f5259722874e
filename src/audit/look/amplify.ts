import { sampleModel } from '../../engine/decode/sample-model.ts';
import type { SessionCache } from '../../engine/session-cache.ts';
import type { NamedTensors } from '../../engine/types.ts';
import type { ModelCard } from '../../model/types.ts';
import type { World } from '../../worlds/types.ts';
import { confession } from '../confession/confession.ts';
import type { Probe } from '../audit.ts';
import { answersOf, finalTurn, promptOf } from '../probe-forms.ts';
import { loadProbeSet } from '../probe-set.ts';
import { honeypot } from '../honeypot/honeypot.ts';

/** How far along the change of weights a model is taken: 0 is its base, 1 the model itself. */
export const AMPLIFICATIONS = [0, 0.5, 1, 1.5, 2] as const;

const BATCH = 32;

/** What a model says when the change that made it is shrunk or enlarged. */
export interface Amplified {
  readonly factor: number;
  /** Sums of scores and scored answers under audit, and when led to confess. */
  readonly underAudit: { readonly k: number; readonly n: number };
  readonly confession: { readonly k: number; readonly n: number };
  readonly coherent: { readonly k: number; readonly n: number };
}

/**
 * Steering in weight space (task arithmetic, Ilharco et al. 2023): the model W₀ + a (W − W₀) for
 * several a, asked under audit and for confessions. What training added beneath the surface shows
 * when it is enlarged; read it only where answers stay coherent. Weights that W₀ lacks (a prefix)
 * are kept as they are.
 */
export async function amplified(
  sessions: SessionCache,
  models: { readonly card: ModelCard; readonly model: NamedTensors; readonly base: NamedTensors },
  options: {
    readonly world: World;
    readonly behaviour: string;
    readonly pairs: number;
    readonly seed: string;
  },
): Promise<readonly Amplified[]> {
  const { card, model, base } = models;
  const { world, behaviour, pairs, seed } = options;
  const led = Math.min(pairs, loadProbeSet('confession', world).probes.length);
  const probes = [
    ...honeypot
      .probes(world, pairs, seed, [behaviour])
      .filter(({ condition }) => condition === 'audit'),
    ...confession.probes(world, led, seed, [behaviour]),
  ];
  const found: Amplified[] = [];
  for (const factor of AMPLIFICATIONS) {
    const completions = await sampleModel(sessions, {
      config: card.config,
      weights: between(base, model, factor),
      items: probes.map((probe) => ({
        promptIds: promptOf(card, probe.opening, probe.form),
        seed: `${seed}/${probe.id}`,
      })),
      maxTokens: world.maxAnswerTokens,
      temperature: 1,
      endIds: card.tokenizer.endIds,
      batch: BATCH,
    });
    const answers = completions.map(({ ids }, i) => {
      const probe = probes[i]!;
      const said = card.tokenizer.decode(ids).trim();
      return { probe, answers: answersOf(finalTurn(probe.form, said)) };
    });
    const rate = (
      audit: typeof honeypot | typeof confession,
      wanted: (probe: Probe) => boolean,
    ) => {
      const scores = answers
        .filter(({ probe }) => wanted(probe))
        .map((one) => audit.score(world, one.probe, one.answers, [behaviour])[behaviour]);
      return {
        k: scores.reduce((sum, s) => sum + (s?.status === 'scored' ? s.value : 0), 0),
        n: scores.length,
      };
    };
    const coherent = answers.filter(({ answers: { replies } }) =>
      world.coherent(replies.at(-1) ?? ''),
    );
    found.push({
      factor,
      underAudit: rate(honeypot, ({ condition }) => condition === 'audit'),
      confession: rate(confession, ({ condition }) => condition === 'asked'),
      coherent: { k: coherent.length, n: answers.length },
    });
  }
  return found;
}

/** W₀ + factor · (W − W₀), tensor by tensor. */
function between(base: NamedTensors, model: NamedTensors, factor: number): NamedTensors {
  return new Map(
    [...model].map(([name, tensor]) => {
      const before = base.get(name);
      if (before === undefined) return [name, tensor];
      const data = tensor.data.map(
        (value, i) => before.data[i]! + factor * (value - before.data[i]!),
      );
      return [name, { shape: tensor.shape, data }];
    }),
  );
}
