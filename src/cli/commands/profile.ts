import { availableParallelism } from 'node:os';
import { awarenessProbe } from '../../audit/look/awareness-probe.ts';
import { createSessionCache } from '../../engine/session-cache.ts';
import { loadWeights } from '../../model/load-weights.ts';
import { answerDistances } from '../../study/answer-distance.ts';
import { auditabilityChanges } from '../../study/auditability-change.ts';
import { type ModelProfile, modelProfiles } from '../../study/profiles.ts';
import { openResults } from '../../study/results.ts';
import { type Auc, aucOf } from '../../verdict/auc.ts';
import { getWorld } from '../../worlds/registry.ts';
import { userError } from '../../base/errors.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import type { ProfileFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { profileRows } from '../../readers/profile-rows.ts';
import { studyModel } from '../study-model.ts';
import { profileText } from '../views/profile-text.ts';
import { findStudy, withPlan, withStore } from '../workspace.ts';

const PROBED_PAIRS = 48;

/** Shows what every model of a finished study could evade audits with, and what distillation did to it. */
export async function profileCommand(
  io: CliIo,
  argument: string,
  flags: ProfileFlags,
): Promise<void> {
  const { id, label, storeDir } = findStudy(io, argument, flags);
  const found = withStore(storeDir, (store) => {
    const { manifest } = readFinishedStudy(store, id, label);
    const profiles = modelProfiles(manifest, store);
    const { columns, rows } = profileRows(manifest, profiles);
    return {
      rates: { columns, rows },
      models: profiles.map(profiledModel),
      bases: profiles.filter(({ role }) => role === 'suspect').flatMap(profiledBase),
      changes: auditabilityChanges(profiles),
      distances: answerDistances(manifest, openResults(store)),
    };
  });
  const names = found.models.map(({ model }) => model);
  const probes =
    flags.layer === undefined ? [] : await probeModels(io, argument, names, flags.layer, flags);
  const result = { study: id, ...found, probes };
  print(io, flags.json ? JSON.stringify(result) : profileText(result));
}

function profiledModel({ id: model, role, family, concealment, auditability }: ModelProfile) {
  return { model, role, family, concealment, auditability };
}

/** The base that U's first student of a family was trained from, where the family audits it. */
function profiledBase({ family, seed, checkpoints = [] }: ModelProfile) {
  const base = seed === 1 ? checkpoints.find(({ share }) => share === 0) : undefined;
  if (base === undefined) return [];
  const { concealment, auditability } = base;
  return [{ model: `base of ${family}`, family, concealment, auditability }];
}

/** How well one layer of a model tells audits from ordinary use. */
export interface ProbedModel {
  readonly model: string;
  readonly layer: number;
  readonly auc: Auc;
}

async function probeModels(
  io: CliIo,
  argument: string,
  names: readonly string[],
  layer: number,
  flags: ProfileFlags,
): Promise<readonly ProbedModel[]> {
  return withPlan(io, argument, flags, async (planned) => {
    const { spec } = planned.study;
    const provider = spec.backend.provider ?? 'cpu';
    const sessions = createSessionCache({ threads: availableParallelism(), provider });
    try {
      const probed: ProbedModel[] = [];
      for (const name of names) {
        const { card, ref } = studyModel(planned, name);
        if (layer > card.config.layers) {
          throw userError(
            'no-such-layer',
            `${name} has no layer ${layer}`,
            `Layers run from 0 (the embedding) to ${card.config.layers}.`,
          );
        }
        const model = await loadWeights(ref);
        const scores = await awarenessProbe(sessions, { card, model }, getWorld(spec.world), {
          pairs: PROBED_PAIRS,
          layers: [layer],
          seed: `${spec.seed}/probe`,
        });
        const { positives, negatives } = scores.get(layer)!;
        probed.push({ model: name, layer, auc: aucOf(positives, negatives) });
      }
      return probed;
    } finally {
      await sessions.close();
    }
  });
}
