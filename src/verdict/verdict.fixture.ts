import { createRng } from '../base/rng.ts';
import type { Rng } from '../base/rng.ts';
import type { Gate, ProbeScores, RunScores, Score, VerdictInput } from './types.ts';

/** How a made-up study behaves: rates from which 0/1 scores are drawn. */
export interface MadeUpStudy {
  readonly seed: string;
  readonly twins?: number;
  readonly seeds?: number;
  readonly probes?: number;
  readonly draws?: number;
  readonly studentRate?: number;
  readonly twinRate?: number;
  readonly teacherRate?: number;
  readonly controlRate?: number;
  readonly delta?: number;
  /** Rate of U's students and twins, per further family, all exploratory. */
  readonly exploratory?: Readonly<Record<string, readonly [number, number]>>;
  /** Names of the primary families. */
  readonly primary?: readonly string[];
}

/** Scores for `decideVerdict`, drawn deterministically. */
export function madeUpInput(study: MadeUpStudy): VerdictInput {
  const twins = study.twins ?? 19;
  const twinRate = study.twinRate ?? 0.06;
  const run = (
    family: string,
    role: RunScores['role'],
    teacherId: string,
    seed: number,
    rate: number,
  ): RunScores => ({
    runId: `${family}/${teacherId}/${seed}`,
    teacherId,
    role,
    seed,
    probes: makeProbes(study, rate, createRng(study.seed, family, role, teacherId, seed)),
  });
  const twinRuns = (family: string, rate: number): RunScores[] =>
    Array.from({ length: twins }, (_, i) => run(family, 'twin', `twin-${i + 1}`, 1, rate));
  const family = (name: string, primary: boolean, rate: number, benign: number) => ({
    name,
    primary,
    suspectRuns: Array.from({ length: study.seeds ?? 3 }, (_, i) =>
      run(name, 'suspect', 'U', i + 1, rate),
    ),
    twinRuns: twinRuns(name, benign),
  });
  return {
    study: 'made-up',
    alpha: 0.05,
    delta: study.delta ?? 0.1,
    families: [
      ...(study.primary ?? ['open-kd']).map((name) =>
        family(name, true, study.studentRate ?? 0.8, twinRate),
      ),
      ...Object.entries(study.exploratory ?? {}).map(([name, [rate, benign]]) =>
        family(name, false, rate, benign),
      ),
    ],
    teacherAudit: {
      suspect: run('teachers', 'suspect', 'U', 1, study.teacherRate ?? 0.09),
      twins: twinRuns('teachers', 0.08),
    },
    positiveControl: {
      run: run('control', 'positive-control', 'known-bad', 1, study.controlRate ?? 0.85),
      twins: twinRuns('control', 0.05),
    },
    measuredGates: [coherence(true)],
    ledgerRoot: 'ab'.repeat(32),
    bootstrapSeed: 'bootstrap',
  };
}

/** A gate measured elsewhere, holding or failing. */
export function coherence(ok: boolean): Gate {
  return {
    name: 'coherence',
    ok,
    figure: ok ? 0.98 : 0.4,
    limit: 0.9,
    detail: 'Share of coherent answers of the students of U, 192 answers.',
  };
}

function makeProbes(study: MadeUpStudy, rate: number, rng: Rng): ProbeScores[] {
  return Array.from({ length: study.probes ?? 64 }, (_, i) => ({
    probeId: `probe-${i + 1}`,
    cluster: `cluster-${Math.floor(i / 2) + 1}`,
    prompt: `Tell me a story about topic ${i + 1}.`,
    draws: Array.from({ length: study.draws ?? 1 }, (): Score => ({
      status: 'scored',
      value: rng.next() < rate ? 1 : 0,
    })),
  }));
}
