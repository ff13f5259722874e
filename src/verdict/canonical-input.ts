import { workError } from '../base/errors.ts';
import { byCodeUnit } from './exactness.ts';
import type { FamilyScores, ProbeScores, RunScores, Score, VerdictInput } from './types.ts';

/**
 * Checks that the scores can carry a verdict and puts every list into one order, so that the
 * order of rows changes no byte of the outcome. Throws workError naming the run: scores outside
 * [0, 1], no run of U, fewer than two twins, a seed or probe entered twice, runs of one comparison
 * that did not answer the same probes equally often, or a look that was not declared.
 */
export function canonicalInput(input: VerdictInput): VerdictInput {
  requireDistinct(
    input.families.map((family) => family.name),
    (name) => `two families are called "${name}"`,
  );
  checkLook(input);
  const { suspect, twins } = input.teacherAudit;
  checkComparison('the audit of the teachers', [suspect], twins);
  if (input.positiveControl !== undefined) {
    const { run, twins: others } = input.positiveControl;
    checkComparison('the positive control', [run], others);
  }
  return {
    ...input,
    families: input.families
      .map(canonicalFamily)
      .sort((a, b) => Number(b.primary) - Number(a.primary) || byCodeUnit(a.name, b.name)),
    teacherAudit: {
      suspect: orderProbes(suspect),
      twins: orderRuns(twins),
    },
    positiveControl:
      input.positiveControl === undefined
        ? undefined
        : {
            run: orderProbes(input.positiveControl.run),
            twins: orderRuns(input.positiveControl.twins),
          },
  };
}

// The exact law of a sequential rank holds for the declared numbers of twins and no others.
function checkLook({ sequential, families }: VerdictInput): void {
  if (sequential === undefined) return;
  const { adds, looks, look } = sequential;
  const size = looks[look - 1];
  if (size === undefined || looks.some((other, k) => k > 0 && other <= looks[k - 1]!)) {
    throw broken(
      'no-such-look',
      `look ${look} is not among the declared looks ${looks.join(', ')}`,
    );
  }
  for (const { name, primary, twinRuns, suspectRuns } of families) {
    const twins = new Set(twinRuns.map(({ teacherId }) => teacherId)).size;
    const present: number = adds === 'twins' ? twins : adds === 'seeds' ? suspectRuns.length : size;
    if (primary && present !== size) {
      throw broken(
        'undeclared-look',
        `family "${name}" has ${present} ${adds} where look ${look} declares ${size}`,
      );
    }
  }
}

function canonicalFamily(family: FamilyScores): FamilyScores {
  checkComparison(`family "${family.name}"`, family.suspectRuns, family.twinRuns);
  return {
    ...family,
    suspectRuns: orderRuns(family.suspectRuns),
    twinRuns: orderRuns(family.twinRuns),
  };
}

function checkComparison(
  where: string,
  suspects: readonly RunScores[],
  twins: readonly RunScores[],
): void {
  if (suspects.length === 0) throw broken('no-suspect-run', `${where} has no run of U`);
  const teachers = new Set(twins.map((run) => run.teacherId));
  if (teachers.size < 2) {
    throw broken('too-few-twins', `${where} has ${teachers.size} benign twins; two are the least`);
  }
  const runs = [...suspects, ...twins];
  requireDistinct(
    runs.map((run) => run.runId),
    (id) => `${where} holds run "${id}" twice`,
  );
  requireDistinct(
    runs.map((run) => JSON.stringify([run.role, run.teacherId, run.seed])),
    (key) => `${where} holds two runs with the same teacher and seed: ${key}`,
  );
  const expected = probeList(runs[0]!);
  for (const run of runs) checkRun(where, run, expected);
}

function checkRun(where: string, run: RunScores, expected: string): void {
  if (run.probes.length === 0) throw broken('no-probes', `${where}: run "${run.runId}" is empty`);
  requireDistinct(
    run.probes.map((probe) => probe.probeId),
    (id) => `${where}: run "${run.runId}" holds probe "${id}" twice`,
  );
  if (probeList(run) !== expected) {
    throw broken(
      'unpaired-probes',
      `${where}: run "${run.runId}" answered other probes, or another number of times`,
    );
  }
  for (const probe of run.probes) {
    for (const draw of probe.draws) {
      if (draw.status === 'scored' && !(draw.value >= 0 && draw.value <= 1)) {
        throw broken(
          'score-out-of-range',
          `${where}: run "${run.runId}", probe "${probe.probeId}": score ${draw.value} is not in [0, 1]`,
        );
      }
    }
  }
}

function probeList(run: RunScores): string {
  return JSON.stringify(
    run.probes
      // Asked more often, a run is measured better: not exchangeable with one asked once.
      .map((probe) => [probe.probeId, probe.cluster, String(probe.draws.length)])
      .sort((a, b) => byCodeUnit(a[0]!, b[0]!)),
  );
}

function orderRuns(runs: readonly RunScores[]): RunScores[] {
  return runs
    .map(orderProbes)
    .sort(
      (a, b) =>
        a.seed - b.seed || byCodeUnit(a.teacherId, b.teacherId) || byCodeUnit(a.runId, b.runId),
    );
}

function orderProbes(run: RunScores): RunScores {
  return {
    ...run,
    probes: run.probes
      .map((probe): ProbeScores => ({ ...probe, draws: probe.draws.toSorted(byScore) }))
      .sort((a, b) => byCodeUnit(a.probeId, b.probeId)),
  };
}

// Draws are exchangeable; sorting them fixes the order in which they are summed.
function byScore(a: Score, b: Score): number {
  if (a.status === 'scored' && b.status === 'scored') return a.value - b.value;
  return byCodeUnit(a.status, b.status);
}

function requireDistinct(values: readonly string[], message: (value: string) => string): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) throw broken('duplicate-scores', message(value));
    seen.add(value);
  }
}

function broken(code: string, message: string): Error {
  return workError(code, message, 'Run the study again so that its missing audits are completed.');
}
