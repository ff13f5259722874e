import type { RunScores, VerdictInput } from '../types.ts';
import type { SimulationSetting } from './setting.ts';

/** The study as it stands at each look, in order. */
export function looksOf(setting: SimulationSetting, study: VerdictInput): readonly VerdictInput[] {
  const { looks } = setting;
  switch (looks.kind) {
    case 'one':
      return [study];
    case 'peeking':
      return looks.sizes.map((size) => withTwins(study, size));
    case 'declared':
      return looks.design.looks.map((size, k) => ({
        ...atSize(study, looks.design.adds, size),
        sequential: { ...looks.design, look: k + 1 },
      }));
  }
}

function atSize(
  study: VerdictInput,
  adds: 'twins' | 'seeds' | 'probes',
  size: number,
): VerdictInput {
  switch (adds) {
    case 'twins':
      return withTwins(study, size);
    case 'seeds':
      return withRuns(study, (runs) => runs.filter(({ seed }) => seed <= size));
    case 'probes':
      return withRuns(study, (runs) =>
        runs.map((run) => ({ ...run, probes: run.probes.slice(0, size) })),
      );
  }
}

function withTwins(study: VerdictInput, size: number): VerdictInput {
  const kept = new Set(Array.from({ length: size }, (_, t) => `twin${t + 1}`));
  return withRuns(study, (runs) =>
    runs.filter(({ role, teacherId }) => role !== 'twin' || kept.has(teacherId)),
  );
}

function withRuns(
  study: VerdictInput,
  change: (runs: readonly RunScores[]) => readonly RunScores[],
): VerdictInput {
  const { teacherAudit, positiveControl } = study;
  return {
    ...study,
    families: study.families.map((family) => ({
      ...family,
      suspectRuns: change(family.suspectRuns),
      twinRuns: change(family.twinRuns),
    })),
    teacherAudit: {
      suspect: change([teacherAudit.suspect])[0]!,
      twins: change(teacherAudit.twins),
    },
    positiveControl: positiveControl && {
      run: change([positiveControl.run])[0]!,
      twins: change(positiveControl.twins),
    },
  };
}
