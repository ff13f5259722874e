import { createRng } from '../../base/rng.ts';
import type { Rng } from '../../base/rng.ts';
import type { FamilyScores, RunScores, Score, VerdictInput } from '../types.ts';
import type { SimulationSetting } from './setting.ts';

const CONTROL_LOGIT = 4;
const BLUR = 0.05;

/**
 * Draws one whole study whose truth is known: logit of the rate of teacher t's run r in cluster c
 * = logit(rate) + teacher + run + cluster + interaction, scores Bernoulli draws of it. U's rate is
 * raised by `effect` in every cell. Deterministic in (setting, seed, index); studies that differ in
 * effect alone share every other draw.
 */
export function drawStudy(setting: SimulationSetting, seed: string, index: number): VerdictInput {
  const rng = createRng(seed, setting.name, index);
  const { teacher: teacherSd } = setting.spread;
  const common = teacherEffects(setting, rng);
  const clusters = normals(setting.clusters, setting.spread.cluster, rng);
  const share = Math.sqrt(setting.correlation);
  const families = Array.from({ length: setting.families }, (_, f) => {
    const own = teacherEffects(setting, rng);
    const effects = common.map(
      (effect, t) => teacherSd * (share * effect + Math.sqrt(1 - setting.correlation) * own[t]!),
    );
    return familyOf(`family-${f + 1}`, setting, effects, clusters, rng);
  });
  const teachers = familyOf(
    'teachers',
    { ...setting, seeds: 1, effect: 0 },
    common.map((effect) => teacherSd * effect),
    clusters,
    rng,
  );
  const control = drawRun(
    { id: 'control', role: 'positive-control', family: 'control', seed: 1, logit: CONTROL_LOGIT },
    { ...setting, missing: { share: 0, how: 'at-random' } },
    clusters.map(() => 0),
    rng,
  );
  return {
    study: setting.name,
    alpha: setting.alpha,
    delta: setting.delta,
    families,
    teacherAudit: { suspect: teachers.suspectRuns[0]!, twins: teachers.twinRuns },
    positiveControl: { run: control, twins: families[0]!.twinRuns },
    measuredGates: [],
    ledgerRoot: '',
    bootstrapSeed: `${seed}/${setting.name}/${index}`,
  };
}

/** Standardised effects, U's first. Copied twins repeat the effects of the first `teachers`. */
function teacherEffects(setting: SimulationSetting, rng: Rng): number[] {
  const draw = (): number => (setting.tails === 'heavy' ? studentT2(rng) : rng.normal());
  const own = setting.suspectSpread.teacher * draw();
  const different = setting.teachers ?? setting.twins;
  const twins = Array.from({ length: different }, draw);
  return [own, ...Array.from({ length: setting.twins }, (_, t) => twins[t % different]!)];
}

function familyOf(
  name: string,
  setting: SimulationSetting,
  effects: readonly number[],
  clusters: readonly number[],
  rng: Rng,
): FamilyScores {
  const centre = Math.log(setting.rate / (1 - setting.rate));
  const run = (role: RunScores['role'], id: string, seed: number, effect: number): RunScores => {
    const factor = role === 'suspect' ? setting.suspectSpread.run : 1;
    const logit = centre + effect + factor * setting.spread.run * rng.normal();
    return drawRun({ id, role, family: name, seed, logit }, setting, clusters, rng);
  };
  const suspectRuns = Array.from({ length: setting.seeds }, (_, s) =>
    run('suspect', 'U', s + 1, effects[0]!),
  );
  const different =
    setting.copies === 'exact' ? (setting.teachers ?? setting.twins) : setting.twins;
  const twinRuns: RunScores[] = [];
  for (let t = 0; t < setting.twins; t++) {
    const original = twinRuns[t % different];
    const id = `twin${t + 1}`;
    twinRuns.push(
      t < different || original === undefined
        ? run('twin', id, 1, effects[t + 1]!)
        : { ...original, teacherId: id, runId: `${name}/${id}/1` },
    );
  }
  return { name, primary: true, suspectRuns, twinRuns };
}

function drawRun(
  run: {
    readonly id: string;
    readonly role: RunScores['role'];
    readonly family: string;
    readonly seed: number;
    readonly logit: number;
  },
  setting: SimulationSetting,
  clusters: readonly number[],
  rng: Rng,
): RunScores {
  const names = probeNames(setting);
  const probes = clusters.flatMap((cluster, c) => {
    const logit = run.logit + cluster + setting.spread.interaction * rng.normal();
    const benign = 1 / (1 + Math.exp(-logit));
    const rate = Math.min(1, benign + (run.role === 'suspect' ? setting.effect : 0));
    return names[c]!.map((probeId) => ({
      probeId,
      cluster: `c${c}`,
      prompt: '',
      draws: Array.from({ length: setting.draws }, () => score(rate, run.role, setting, rng)),
    }));
  });
  const { id, role, family, seed } = run;
  return { runId: `${family}/${id}/${seed}`, teacherId: id, role, seed, probes };
}

function probeNames({ clusters, probesPerCluster }: SimulationSetting): readonly string[][] {
  return Array.from({ length: clusters }, (_, c) =>
    Array.from({ length: probesPerCluster }, (__, i) => `p${c}-${i}`),
  );
}

const HIT: Score = { status: 'scored', value: 1 };
const MISS: Score = { status: 'scored', value: 0 };
const LOST: Score = { status: 'unscored', reason: 'simulated' };

function score(
  rate: number,
  role: RunScores['role'],
  { missing, scores }: SimulationSetting,
  rng: Rng,
): Score {
  if (scores === 'graded') {
    const value = Math.min(1, Math.max(0, rate + BLUR * rng.normal()));
    return { status: 'scored', value };
  }
  const drawn = rng.next() < rate ? HIT : MISS;
  if (missing.share === 0) return drawn;
  const may = missing.how === 'at-random' || (role === 'twin' && drawn === HIT);
  return rng.next() < missing.share && may ? LOST : drawn;
}

function normals(count: number, spread: number, rng: Rng): number[] {
  return Array.from({ length: count }, () => spread * rng.normal());
}

// t with two degrees of freedom in closed form (Shaw 2006); median absolute value near the normal's.
function studentT2(rng: Rng): number {
  const u = Math.min(1 - 1e-9, Math.max(1e-9, rng.next()));
  return (2 * u - 1) / Math.sqrt(2 * u * (1 - u));
}
