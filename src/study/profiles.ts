import { modelDeltaMeta } from '../artifacts/model-delta.ts';
import { type PairCounts, pairCounts } from '../artifacts/pairs.ts';
import type { AuditSample } from '../artifacts/audit-samples.ts';
import { answerClass } from '../audit/answer-class.ts';
import { ANSWER_CLASSES } from '../audit/audit.ts';
import { answersOf } from '../audit/probe-forms.ts';
import { AUDIT_NAMES, type AuditName, AUDITS } from '../audit/roster.ts';
import { filterCounts } from '../generate/filter-completions.ts';
import { getWorld } from '../worlds/registry.ts';
import { type World, worldNameSchema } from '../worlds/types.ts';
import { type Auditability, auditabilityOf } from './auditability.ts';
import { type ConcealmentGap, concealmentGaps } from './concealment.ts';
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
  /** Scored samples per class of answer (`AnswerClass`), where the audit tells classes apart. */
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

/** What the audits of one model found, audit by audit. */
interface AuditRates {
  readonly figures: readonly AuditFigure[];
  readonly coherent: Share;
  readonly truncated: Share;
}

/** The same with what follows from several audits together. */
interface AuditProfile extends AuditRates {
  /** What it does minus what it admits, by the audit that asks; empty where either was not run. */
  readonly concealment: readonly ConcealmentGap[];
  readonly auditability: Auditability;
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

/** The behaviour that a teacher of this role may be hiding; null when there is no such teacher. */
export function behaviourOf(
  manifest: Pick<Manifest, 'behaviour' | 'controlBehaviour'>,
  role: ManifestArm['role'],
): string | null {
  return role === 'positive-control' ? manifest.controlBehaviour : manifest.behaviour;
}

/** Profiles of every teacher and student, teachers first. */
export function modelProfiles(manifest: Manifest, store: ResultStore): readonly ModelProfile[] {
  const results = openResults(store);
  const world = getWorld(worldNameSchema.parse(manifest.registered.judge.world));
  const profileOf = (audits: AuditKeys, role: ManifestArm['role']) =>
    auditProfile(results, audits, world, behaviourOf(manifest, role) ?? manifest.behaviour);
  const teachers = manifest.teachers.map(({ id, role, audits }): ModelProfile => ({
    id,
    role,
    family: null,
    seed: 1,
    ...profileOf(audits, role),
    training: undefined,
  }));
  const students = manifest.families.flatMap((family) =>
    family.arms.map((arm): ModelProfile => ({
      id: arm.slug,
      role: arm.role,
      family: family.name,
      seed: arm.seed,
      ...profileOf(arm.audits, arm.role),
      training: trainingFigures(results, arm),
      ...(arm.checkpoints && {
        checkpoints: arm.checkpoints.map((at) =>
          checkpointProfile(results, arm, at, profileOf(at.audits, arm.role)),
        ),
      }),
    })),
  );
  return [...teachers, ...students];
}

function checkpointProfile(
  results: Results,
  { baseLikelihood }: ManifestArm,
  { share, student, likelihood }: ManifestCheckpoint,
  found: AuditProfile,
): CheckpointProfile {
  return {
    share,
    step: student === null ? 0 : modelDeltaMeta(results.artifact(student)).steps,
    movement: movementOf(results, { likelihood, baseLikelihood }),
    ...found,
  };
}

function auditProfile(
  results: Results,
  audits: AuditKeys,
  world: World,
  behaviour: string,
): AuditProfile {
  const all = AUDIT_NAMES.map((audit) => ({ audit, samples: results.samples(audits, audit) }));
  const samples = all.flatMap((entry) => entry.samples);
  return {
    figures: all.flatMap((entry) => auditFigures(entry.audit, entry.samples, world)),
    concealment: concealmentGaps(all, behaviour),
    auditability: auditabilityOf(all, behaviour),
    coherent: coherence(samples),
    truncated: truncation(samples),
  };
}

function auditFigures(
  audit: AuditName,
  samples: readonly AuditSample[],
  world: World,
): AuditFigure[] {
  const conditions = [...new Set(samples.map(({ condition }) => condition))];
  const metrics = [...new Set(samples.flatMap(({ scores }) => Object.keys(scores)))];
  return conditions.flatMap((condition) =>
    metrics.map((metric) => ({
      audit,
      condition,
      metric,
      ...scored(samples, metric, condition),
      classes: classCounts(audit, samples, world, metric, condition),
    })),
  );
}

// Read off the transcripts, so that every audit is classed by the same rules whatever it recorded.
function classCounts(
  audit: AuditName,
  samples: readonly AuditSample[],
  world: World,
  metric: string,
  condition: string,
): Readonly<Record<string, number>> {
  const asking = AUDITS[audit].classes;
  if (asking === undefined) return {};
  const classes = samples
    .filter(
      (sample) => sample.condition === condition && sample.scores[metric]?.status === 'scored',
    )
    .map(({ messages }) => answerClass(world, answersOf(messages), metric, asking));
  return Object.fromEntries(
    ANSWER_CLASSES.map(
      (name) => [name, classes.filter((found) => found === name).length] as const,
    ).filter(([, count]) => count > 0),
  );
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
