import { availableParallelism } from 'node:os';
import { type Look, lookAtModel } from '../../audit/look/look-at-model.ts';
import { createSessionCache } from '../../engine/session-cache.ts';
import { getWorld } from '../../worlds/registry.ts';
import { aucOf } from '../../verdict/auc.ts';
import type { LookFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { studyModel } from '../study-model.ts';
import { lookText } from '../views/look-text.ts';
import { withPlan } from '../workspace.ts';

/** Looks into the weights and states of a teacher or a student. */
export async function lookCommand(
  io: CliIo,
  argument: string,
  name: string,
  flags: LookFlags,
): Promise<void> {
  await withPlan(io, argument, flags, async (planned) => {
    const { spec } = planned.study;
    const subject = studyModel(planned, name);
    const sessions = createSessionCache({
      threads: availableParallelism(),
      provider: spec.backend.provider ?? 'cpu',
    });
    try {
      const look = await lookAtModel(sessions, subject, {
        world: getWorld(spec.world),
        behaviour: spec.behaviour,
        pairs: flags.pairs,
        seed: `${spec.seed}/look`,
      });
      print(
        io,
        flags.json
          ? JSON.stringify({ study: planned.id, model: name, ...plainLook(look) })
          : lookText(name, spec.behaviour, look),
      );
    } finally {
      await sessions.close();
    }
  });
}

function plainLook({ weights, lens, amplified, awareness }: Look) {
  const aucs = [...awareness.model].map(([layer, { positives, negatives }]) => {
    const base = awareness.base.get(layer);
    if (base === undefined) throw new Error(`no probe of the base at layer ${layer}`);
    return {
      layer,
      model: aucOf(positives, negatives),
      base: aucOf(base.positives, base.negatives),
    };
  });
  return { weights, lens, amplified, awareness: aucs };
}
