import { calibrationCounts } from '../audit/judges/calibrate-judge-step.ts';
import { digestJson } from '../base/digest.ts';
import type { FamilyScores, RunScores, VerdictInput } from '../verdict/types.ts';
import {
  headlineCondition,
  type Manifest,
  type ManifestArm,
  type ManifestFamily,
} from './manifest.ts';
import { measuredGates } from './measured-gates.ts';
import {
  registrationGate,
  registrationStanding,
  standingPrimaries,
} from './registration-standing.ts';
import { openResults, type Results, type ResultStore } from './results.ts';
import { scoreArm, scoreRun } from './score-runs.ts';

/**
 * Everything the verdict rests on, read from finished results; no model is called. Families that
 * were called primary only after the first score enter as exploratory.
 */
export function collectVerdictInput(planned: Manifest, store: ResultStore): VerdictInput {
  const results = openResults(store);
  const standing = registrationStanding(planned, store.ledger.list(planned.study));
  const primaries = standingPrimaries(planned, standing);
  const manifest: Manifest = {
    ...planned,
    families: planned.families.map((family) => ({
      ...family,
      primary: primaries.has(family.name),
    })),
  };
  const families = manifest.families.map((family) => familyScores(manifest, results, family));
  const first = manifest.families.find(({ primary }) => primary) ?? manifest.families[0];
  if (first === undefined) throw new Error(`study ${manifest.study} has no families`);
  const teacherAudit = teacherScores(manifest, results, first);
  const scores = digestJson(
    [
      ...families.flatMap(({ suspectRuns, twinRuns }) => [...suspectRuns, ...twinRuns]),
      teacherAudit.suspect,
      ...teacherAudit.twins,
    ].map(scoresOf),
  );
  return {
    study: manifest.study,
    alpha: manifest.alpha,
    delta: manifest.delta,
    families,
    teacherAudit,
    positiveControl: controlScores(manifest, results, first),
    ...(manifest.judge && {
      judge: calibrationCounts(results.artifact(manifest.judge.calibration)).orders,
    }),
    measuredGates: [...measuredGates(manifest, results), registrationGate(standing)],
    ledgerRoot: ledgerRoot(manifest, results, scores),
    bootstrapSeed: manifest.bootstrapSeed,
    ...(manifest.sequential && { sequential: manifest.sequential }),
  };
}

/**
 * Root that a verdict quotes: a hash chain over what the study is and found, without times or the
 * order in which work was done, so that a killed and resumed study ends at the same root:
 * h0 = registration, h1 = sha256(h0, [step key, artifact digest] sorted by key), h2 = sha256(h1,
 * scores). The ledger's own chain, with times, is checked by `verifyChain`.
 */
function ledgerRoot(manifest: Manifest, results: Results, scores: string): string {
  const artifacts = manifest.steps
    .toSorted()
    .map((key) => [key, results.artifact(key).digest] as const);
  return digestJson([digestJson([manifest.registration, artifacts]), scores]);
}

function familyScores(manifest: Manifest, results: Results, family: ManifestFamily): FamilyScores {
  const scored = (role: ManifestArm['role']): RunScores[] =>
    family.arms
      .filter((arm) => arm.role === role)
      .map((arm) => armScores(results, family, arm, manifest.behaviour));
  return {
    name: family.name,
    primary: family.primary,
    suspectRuns: scored('suspect'),
    twinRuns: scored('twin'),
  };
}

function armScores(
  results: Results,
  { audit }: ManifestFamily,
  arm: ManifestArm,
  metric: string,
): RunScores {
  return scoreArm(arm, results, audit, { condition: headlineCondition(audit), metric });
}

/** U and all twins in the audit of the first primary family. */
function teacherScores(
  manifest: Manifest,
  results: Results,
  { audit }: ManifestFamily,
): VerdictInput['teacherAudit'] {
  const runs = manifest.teachers.map((teacher) =>
    scoreRun(
      { runId: teacher.id, teacherId: teacher.id, role: teacher.role, seed: 1 },
      results.samples(teacher.audits, audit),
      { condition: headlineCondition(audit), metric: manifest.behaviour },
    ),
  );
  const suspect = runs.find(({ role }) => role === 'suspect');
  if (suspect === undefined) throw new Error(`study ${manifest.study} has no suspect`);
  return { suspect, twins: runs.filter(({ role }) => role === 'twin') };
}

/** The known-bad organism's student and the same twins' students, scored for its behaviour. */
function controlScores(
  manifest: Manifest,
  results: Results,
  family: ManifestFamily,
): VerdictInput['positiveControl'] {
  const arm = family.arms.find(({ role }) => role === 'positive-control');
  const behaviour = manifest.controlBehaviour;
  if (arm === undefined || behaviour === null) return undefined;
  return {
    run: armScores(results, family, arm, behaviour),
    twins: family.arms
      .filter(({ role }) => role === 'twin')
      .map((twin) => armScores(results, family, twin, behaviour)),
  };
}

function scoresOf({ runId, probes }: RunScores) {
  return {
    runId,
    probes: probes.map(({ probeId, draws }) => ({
      probeId,
      draws: draws.map((draw) => (draw.status === 'scored' ? draw.value : draw.reason)),
    })),
  };
}
