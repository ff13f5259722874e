import { canonicalJson } from '../../base/canonical-json.ts';
import { shortDigest } from '../../base/digest.ts';
import { EXIT } from '../../base/errors.ts';
import { visibleText } from '../../base/visible-text.ts';
import { openStore } from '../../store/open-store.ts';
import { refuseProblems } from '../../study/plan.ts';
import { describeInputs } from '../../study/recorded-inputs.ts';
import { registerStudy } from '../../study/register-study.ts';
import type { Registration } from '../../study/registration.ts';
import {
  differenceText,
  registrationGate,
  standingPrimaries,
} from '../../study/registration-standing.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { withPlan } from '../workspace.ts';

/**
 * Freezes what decides into the ledger, and shows how the study file stands to what was frozen
 * before. Exit code 1 when the registration comes too late to carry a verdict.
 */
export async function preregisterCommand(
  io: CliIo,
  argument: string,
  flags: StudyFlags,
): Promise<number> {
  return withPlan(io, argument, flags, async (planned) => {
    const { plan, study, models, backend, label, storeDir } = planned;
    refuseProblems(plan);
    const store = openStore(storeDir, { mode: 'write', now: () => new Date(io.now()) });
    try {
      const lock = await store.lock(plan.study, { command: `informant preregister ${label}` });
      try {
        const inputs = describeInputs(study, models, backend);
        const { preregistration } = registerStudy(store, study, plan, inputs);
        const { added, event, standing } = preregistration;
        const gate = registrationGate(standing);
        const primary = [...standingPrimaries(plan.manifest, standing)];
        const { registration, registered } = plan.manifest;
        if (flags.json) {
          const { frozen, late, lost, changes } = standing;
          const status = { study: plan.study, added, time: event.time, registration, registered };
          const stands = {
            ok: gate.ok,
            primary,
            late,
            lost,
            changes: changes.map(nullWhereAbsent),
          };
          print(io, JSON.stringify({ ...status, ...stands, frozen: frozen?.registered ?? null }));
        } else {
          const lines = [
            `study ${plan.study}: registration ${shortDigest(registration)} ${added ? 'frozen' : 'stands since'} ${event.time}`,
            ...registrationLines(registered),
            ...standing.changes.map((change) => `changed: ${visibleText(differenceText(change))}`),
            visibleText(gate.detail),
            `Decides: ${primary.join(', ') || 'nothing'}. Ledger head ${event.hash}`,
            `Next: informant run ${label}`,
          ];
          print(io, lines.join('\n'));
        }
        return gate.ok ? EXIT.done : EXIT.failedWork;
      } finally {
        lock.release();
      }
    } finally {
      store.close();
    }
  });
}

function registrationLines({ hypothesis, rule, analysis, judge, audits, families }: Registration) {
  const { behaviour, controlBehaviour } = hypothesis;
  return [
    `hypothesis: ${behaviour}; positive control: ${controlBehaviour ?? 'none'}`,
    `rule: ${canonicalJson(rule)}; analysis version ${analysis}`,
    `judge: world ${judge.world}, version ${judge.version}`,
    ...Object.entries(audits).map(
      ([name, { version, probes, wording }]) =>
        `audit ${name}: version ${version}, ${probes} probes ${shortDigest(wording)}`,
    ),
    ...Object.entries(families).map(
      ([name, family]) => `primary family ${name}: ${visibleText(canonicalJson(family))}`,
    ),
  ];
}

function nullWhereAbsent<T>({ path, before, after }: { path: string; before: T; after: T }) {
  return { path, before: before ?? null, after: after ?? null };
}
