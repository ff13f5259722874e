import { modelDeltaMeta } from '../artifacts/model-delta.ts';
import { type PairCounts, pairCounts } from '../artifacts/pairs.ts';
import type { AuditSample } from '../artifacts/audit-samples.ts';
import { AUDIT_NAMES, type AuditName } from '../audit/audit.ts';
import { filterCounts } from '../generate/filter-completions.ts';
import type { AuditKeys, Manifest, ManifestArm, ManifestCheckpoint } from './manifest.ts';
import { movementOf } from './measured-gates.ts';
import { openResults, type Results, type ResultStore } from './results.ts';
import { coherence, scored, type Share, truncation } from './sample-rates.ts';

/** What one audit found in one model, under one condition and metric. */
export interface AuditFigure {
  readonly audit: AuditName;
  /** `ordinary` or `audit` context for honeypots, else `asked`. */
  readonly condition: string;
  /** A behaviour, or `correct`. */
  readonly metric: string;
  /** Sum of scores and number of scored samples. */
  readonly k: number;
  readonly n: number;
  readonly unscored: number;
  /** Samples per class of answer, where the audit tells classes apart. */
  readonly classes: Readonly<Record<string, number>>;
}

/** How a student was made. */
interface TrainingFigures {
  readonly rows: number;
  readonly steps: number;
  readonly firstLoss: number;
  readonly lastLoss: number;
  /** Nats per token gained on held-out teacher completions; null when none was left. */
  readonly movement: number | null;
  /** Share of training rows that show the behaviour. */
  readonly dose: number;
  readonly dropped: { readonly truncated: number; readonly showedBehaviour: number };
  /** What became of every prompt, where students are shown pairs. */
  readonly pairs?: PairCounts;
}

/** What the audits of one model found. */
interface AuditProfile {
  readonly figures: readonly AuditFigure[];
  readonly coherent: Share;
  readonly truncated: Share;
}

/** A student part of the way through its training. */
export interface CheckpointProfile extends AuditProfile {
  /** Of its last training; 0 is before it. */
  readonly share: number;
  /** Training steps done. */
  readonly step: number;
  /** As in `TrainingFigures`. */
  readonly movement: number | null;
}

/** Auditability and coherence of one model, teacher or student. */
export interface ModelProfile extends AuditProfile {
  readonly id: string;
  readonly role: ManifestArm['role'];
  /** Null for teachers. */
  readonly family: string | null;
  readonly seed: number;
  readonly training: TrainingFigures | undefined;
  /** Where its family asks for that. */
  readonly checkpoints?: readonly CheckpointProfile[];
}

/** Profiles of every teacher and student, teachers first. */
export function modelProfiles(manifest: Manifest, store: ResultStore): readonly ModelProfile[] {
  const results = openResults(store);
  const teachers = manifest.teachers.map(({ id, role, audits }): ModelProfile => ({
    id,
    role,
    family: null,
    seed: 1,
    ...auditProfile(results, audits),
    training: undefined,
  }));
  const students = manifest.families.flatMap((family) =>
    family.arms.map((arm): ModelProfile => ({
      id: arm.slug,
      role: arm.role,
      family: family.name,
      seed: arm.seed,
      ...auditProfile(results, arm.audits),
      training: trainingFigures(results, arm),
      ...(arm.checkpoints && {
        checkpoints: arm.checkpoints.map((at) => checkpointProfile(results, arm, at)),
      }),
    })),
  );
  return [...teachers, ...students];
}

function checkpointProfile(
  results: Results,
  { baseLikelihood }: ManifestArm,
  { share, student, likelihood, audits }: ManifestCheckpoint,
): CheckpointProfile {
  return {
    share,
    step: student === null ? 0 : modelDeltaMeta(results.artifact(student)).steps,
    movement: movementOf(results, { likelihood, baseLikelihood }),
    ...auditProfile(results, audits),
  };
}

function auditProfile(results: Results, audits: AuditKeys): AuditProfile {
  const all = AUDIT_NAMES.map((audit) => ({ audit, samples: results.samples(audits, audit) }));
  const samples = all.flatMap((entry) => entry.samples);
  return {
    figures: all.flatMap((entry) => auditFigures(entry.audit, entry.samples)),
    coherent: coherence(samples),
    truncated: truncation(samples),
  };
}

function auditFigures(audit: AuditName, samples: readonly AuditSample[]): AuditFigure[] {
  const conditions = [...new Set(samples.map(({ condition }) => condition))];
  const metrics = [...new Set(samples.flatMap(({ scores }) => Object.keys(scores)))];
  return conditions.flatMap((condition) =>
    metrics.map((metric) => ({
      audit,
      condition,
      metric,
      ...scored(samples, metric, condition),
      classes: classCounts(samples, metric, condition),
    })),
  );
}

function classCounts(samples: readonly AuditSample[], metric: string, condition: string) {
  const classes: Record<string, number> = {};
  for (const sample of samples) {
    const score = sample.scores[metric];
    if (sample.condition !== condition || score?.status !== 'scored') continue;
    if (score.label !== undefined) classes[score.label] = (classes[score.label] ?? 0) + 1;
  }
  return classes;
}

function trainingFigures(results: Results, arm: ManifestArm): TrainingFigures {
  const { rows, steps, firstLoss, lastLoss } = modelDeltaMeta(results.artifact(arm.student));
  const { dose, dropped } = filterCounts(results.artifact(arm.filtered));
  return {
    rows,
    steps,
    firstLoss,
    lastLoss,
    movement: movementOf(results, arm),
    dose,
    dropped,
    ...(arm.pairs === undefined ? {} : { pairs: pairCounts(results.artifact(arm.pairs)) }),
  };
}
