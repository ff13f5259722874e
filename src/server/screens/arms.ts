import type { Arms, ArmView } from '../../api/arms.ts';
import { filterCounts } from '../../generate/filter-completions.ts';
import { armAuditSteps, samplesSoFar } from '../../readers/arm-samples.ts';
import { auditSteps } from '../../readers/audit-steps.ts';
import { modelFigures } from '../../readers/model-figures.ts';
import { transferOf } from '../../readers/transfer-windows.ts';
import { decimate } from '../../store/decimate.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';
import type { Artifact } from '../../store/types.ts';
import type { Manifest } from '../../study/manifest.ts';
import { movementOf } from '../../study/measured-gates.ts';
import { openResults } from '../../study/results.ts';
import { pooled } from '../../study/sample-rates.ts';
import { ProblemError } from '../problem.ts';
import { auditFacts, factsOf } from './audit-facts.ts';
import type { DesignedModel } from '../../readers/study-design.ts';

/** Points of one curve in an answer. */
const CURVE_POINTS = 120;
/** Models whose curves stand beside the one at hand. */
const MAX_COUNTERPARTS = 24;
/** Names of the curves that are shown, as a training records them and as the page knows them. */
const CURVES = [
  ['loss', 'loss'],
  ['learning_rate', 'learningRate'],
  ['grad_norm', 'gradNorm'],
] as const;

/** Every teacher and student with its figures. */
export function armsView(store: Store, study: StudyRow): Arms {
  return modelFigures(store, study);
}

/** One teacher or student beside its counterparts. */
export function armView(
  store: Store,
  study: StudyRow,
  slug: string,
  { metrics, arms }: Arms = modelFigures(store, study),
): ArmView {
  const arm = arms.find((candidate) => candidate.slug === slug);
  const steps = auditSteps(store, study);
  const model = steps?.design.bySlug.get(slug);
  if (arm === undefined || model === undefined || steps === undefined) throw noSuchArm(slug);
  const counterparts = arms
    .filter((other) => isCounterpart(arm, other))
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MAX_COUNTERPARTS);
  const facts = armAuditSteps(store, study.id, slug).map((step) =>
    step.artifact === null ? factsOf(samplesSoFar(store, step)) : auditFacts(store, step.artifact),
  );
  const truncated = pooled(facts.map((audit) => audit.truncated));
  const hasSamples = truncated.n > 0;
  const models = [arm, ...counterparts].flatMap((one) => steps.design.bySlug.get(one.slug) ?? []);
  return {
    arm,
    metrics,
    counterparts,
    data: dataOf(store, study, model),
    movement: movement(store, model),
    coherent: hasSamples ? pooled(facts.map((audit) => audit.coherent)) : null,
    truncated: hasSamples ? truncated : null,
    curves: models.flatMap((one) => curvesOf(store, one)),
    transfer: transferView(store, steps.design.manifest, model.family),
    audits: steps.all
      .filter(({ key }) => Object.values(model.audits).includes(key))
      .map(({ key, audit }) => auditOf(store, key, audit)),
  };
}

/** 404 for a name that is no teacher or arm of the study. */
export function noSuchArm(slug: string): ProblemError {
  return new ProblemError(404, 'no-such-arm', `The study has no arm "${slug.slice(0, 100)}".`);
}

type Summary = ArmView['arm'];

function isCounterpart(arm: Summary, other: Summary): boolean {
  if (other.slug === arm.slug || other.kind !== arm.kind || other.family !== arm.family) {
    return false;
  }
  return arm.role === 'suspect'
    ? other.role === 'twin'
    : other.role === 'twin' || (other.role === 'suspect' && other.seed === 1);
}

function rank({ role }: Summary): number {
  return role === 'suspect' ? 0 : 1;
}

function dataOf(store: Store, study: StudyRow, { arm, slug }: DesignedModel): ArmView['data'] {
  const filtered = arm === null ? undefined : artifactOf(store, arm.filtered);
  if (filtered === undefined) return null;
  const { asked, trainRows, heldOutRows, dropped, dose, unselected = 0 } = filterCounts(filtered);
  const { truncated, ...others } = dropped;
  const left = { ...others, unselected };
  const names = new Set(
    store.studies.plan(study.id).flatMap((step) => (step.arm === slug ? [step.name] : [])),
  );
  return {
    rows: asked,
    trainRows,
    heldOutRows,
    truncated,
    dropped: Object.fromEntries(Object.entries(left).filter(([, count]) => count > 0)),
    dose,
    hasPairs: arm?.pairs !== undefined,
    hasDistributions: names.has('score-distributions'),
    hasDivergence: names.has('measure-divergence'),
  };
}

function transferView(
  store: Store,
  manifest: Manifest,
  family: string | null,
): ArmView['transfer'] {
  const window = transferOf(store, manifest, family);
  if (window === null) return null;
  const groups = window.groups.map(({ points, ...group }) => ({
    ...group,
    points: points.map(({ share, step, scores, movement: moved }) => ({
      share,
      step,
      scores: scores.map((cell) => ({ ...cell })),
      movement: moved,
    })),
  }));
  return { columns: [...window.columns], groups };
}

function artifactOf(store: Store, key: string): Artifact | undefined {
  const digest = store.steps.find(key)?.artifact;
  return digest === null || digest === undefined ? undefined : store.artifacts.get(digest);
}

function movement(store: Store, { arm }: DesignedModel): number | null {
  if (arm === null) return null;
  const isDone = [arm.likelihood, arm.baseLikelihood].every(
    (key) => store.steps.find(key)?.status === 'done',
  );
  return isDone ? movementOf(openResults(store), arm) : null;
}

function curvesOf(store: Store, { arm, slug, role }: DesignedModel): ArmView['curves'] {
  if (arm === null) return [];
  return CURVES.flatMap(([name, metric]) => {
    const points = decimate(store.metrics.series(arm.student, name), CURVE_POINTS);
    if (points.length === 0) return [];
    const pairs = points.map(({ trainStep, value }): [number, number] => [trainStep, value]);
    return [{ slug, role, metric, points: pairs }];
  });
}

function auditOf(store: Store, stepKey: string, audit: string): ArmView['audits'][number] {
  const counts = store.samples.counts({ stepKeys: [stepKey] });
  const classes = new Map<string, number>();
  for (const { classification, count } of counts) {
    if (classification === null) continue;
    classes.set(classification, (classes.get(classification) ?? 0) + count);
  }
  return {
    audit,
    stepKey,
    finished: store.steps.find(stepKey)?.status === 'done',
    samples: counts.reduce((sum, { count }) => sum + count, 0),
    classes: Object.fromEntries(classes),
  };
}
