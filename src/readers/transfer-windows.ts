import type { Manifest } from '../study/manifest.ts';
import { behaviourOf, type ModelProfile, modelProfiles } from '../study/profiles.ts';
import type { ResultStore } from '../study/results.ts';
import { rateOf } from '../study/sample-rates.ts';
import { mean } from '../verdict/exactness.ts';
import {
  type PooledScores,
  pooledScores,
  rateColumns,
  type Role,
  ROLES,
  STUDENTS,
} from './profile-rows.ts';

/** Students of one teacher role after a share of their training, pooled. */
export interface TransferPoint {
  /** 0 before the last training, 1 at its end. */
  readonly share: number;
  /** Training steps done, the mean over the students. */
  readonly step: number;
  /** In the order of the window's columns; null where nothing was measured. */
  readonly rates: readonly (number | null)[];
  /** What they rest on. */
  readonly scores: readonly PooledScores[];
  /** Nats per token gained on held-out completions of the teacher, the mean; null where unknown. */
  readonly movement: number | null;
}

/** How what the students of one family do changes along their training. */
export interface TransferWindow {
  readonly family: string;
  readonly columns: readonly string[];
  readonly groups: readonly {
    readonly role: Role;
    readonly label: string;
    readonly models: number;
    readonly points: readonly TransferPoint[];
  }[];
}

/** One window for every family that has checkpoints, in the order of the study. */
export function transferWindows(
  manifest: Pick<Manifest, 'behaviour' | 'controlBehaviour' | 'families'>,
  profiles: readonly ModelProfile[],
): readonly TransferWindow[] {
  return manifest.families.flatMap(({ name }): TransferWindow[] => {
    const students = profiles.filter(({ family }) => family === name);
    if (students.every(({ checkpoints }) => checkpoints === undefined)) return [];
    const columns = rateColumns(students);
    const groups = ROLES.flatMap((role) => {
      const members = students.filter((student) => student.role === role).map(courseOf);
      const [first] = members;
      if (first === undefined) return [];
      const points = first.map(({ share }, at): TransferPoint => {
        const stage = members.map((course) => course[at]!);
        const scores = pooledScores(stage, columns, behaviourOf(manifest, role));
        return {
          share,
          step: mean(stage.map(({ step }) => step)),
          rates: scores.map(rateOf),
          scores,
          movement: meanOfKnown(stage.map(({ movement }) => movement)),
        };
      });
      return [{ role, label: STUDENTS[role], models: members.length, points }];
    });
    return [{ family: name, columns, groups }];
  });
}

/** A student at its checkpoints and at the end. */
function courseOf({ checkpoints = [], training, ...last }: ModelProfile) {
  const end = {
    ...last,
    share: 1,
    step: training?.steps ?? 0,
    movement: training?.movement ?? null,
  };
  return [...checkpoints, end];
}

function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
}

/**
 * What students of one family do along their training; null where the family has no checkpoints, or
 * some of it is not done yet.
 */
export function transferOf(
  store: ResultStore,
  manifest: Manifest,
  family: string | null,
): Omit<TransferWindow, 'family'> | null {
  const own = manifest.families.filter(({ name, arms }) => {
    return name === family && arms.some(({ checkpoints }) => checkpoints !== undefined);
  });
  const keys = own.flatMap(({ arms }) =>
    arms.flatMap(({ student, likelihood, baseLikelihood, filtered, audits, checkpoints = [] }) => [
      student,
      likelihood,
      baseLikelihood,
      filtered,
      ...Object.values(audits),
      ...checkpoints.flatMap((at) => [at.likelihood, ...Object.values(at.audits)]),
    ]),
  );
  if (own.length === 0 || keys.some((key) => store.steps.find(key)?.status !== 'done')) return null;
  const part = { ...manifest, teachers: [], families: own };
  const [window] = transferWindows(part, modelProfiles(part, store));
  if (window === undefined) return null;
  const { columns, groups } = window;
  return { columns, groups };
}
