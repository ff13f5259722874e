import { z } from 'zod';
import {
  SAMPLE_PAGE_ROWS,
  type SampleListRow,
  type SamplePage,
  type SampleQuery,
  type sampleSortSchema,
  type Snapshot,
} from '../../api/samples.ts';
import { type Annotations, annotationsOf } from '../../readers/annotations.ts';
import { type AuditStep, type AuditSteps, auditSteps } from '../../readers/audit-steps.ts';
import type { Store } from '../../store/open-store.ts';
import type { SampleGroup, SampleOrder, SampleSelection } from '../../store/sample-listing.ts';
import type { SampleSummary } from '../../store/samples.ts';
import type { StudyRow } from '../../store/studies.ts';
import { ProblemError } from '../problem.ts';
import {
  type Counts,
  findSnapshot,
  type Ids,
  keepSnapshot,
  type Snapshots,
} from './kept-snapshots.ts';

const MAX_PAGE = 500;
const LARGEST_INT32 = 2 ** 31 - 1;

/** Which slice of a snapshot is wanted. */
export const pageQuerySchema = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(100),
});

/** The snapshot a reader still looks at while a later one is taken. */
export const heldQuerySchema = z.object({ held: z.string().max(100).optional() });

/**
 * Takes a snapshot: all ids in order are kept here, counts under the filter are answered. The same
 * one is answered again while nothing is written to the store. What the reader holds is kept longer.
 */
export function takeSnapshot(
  store: Store,
  study: StudyRow,
  query: SampleQuery,
  snapshots: Snapshots,
  held?: string,
): Snapshot {
  const key = JSON.stringify([study.id, query]);
  // Read first: what is written meanwhile makes it old, and never the other way round.
  const version = store.version();
  const last = snapshots.names.get(key);
  const before = last === undefined ? undefined : findSnapshot(snapshots, last);
  // Later than the one before and ahead of the new one: it is forgotten after everything else.
  if (held !== undefined) findSnapshot(snapshots, held);
  const isSame = before?.kept.version === version;
  const { name, kept, ids } = isSame
    ? before
    : keepSnapshot(
        snapshots,
        { ...readSnapshot(store, study, query), study: study.id, version },
        before,
      );
  snapshots.names.set(key, name);
  const first = listRows(store, study, [...ids.subarray(0, SAMPLE_PAGE_ROWS)]);
  return { snapshot: name, total: ids.length, first, ...kept.counts };
}

function readSnapshot(
  store: Store,
  study: StudyRow,
  query: SampleQuery,
): { readonly ids: Ids; readonly counts: Counts } {
  const steps = auditSteps(store, study);
  const selection = steps && selectionOf(store, study, query, steps);
  const sort = query.sort ?? 'id';
  const ids =
    selection === undefined ? [] : store.listing.ids(selection, ORDERS[sort], query.desc === '1');
  const invalidated = new Set(steps && markedIds(store, study, steps, 'invalidated'));
  const fits = ids.every((id) => id <= LARGEST_INT32);
  const groups = selection === undefined ? [] : store.listing.groups(selection);
  return {
    ids: fits ? Int32Array.from(ids) : Float64Array.from(ids),
    counts: {
      ...countsOf(groups, steps),
      invalidated: ids.filter((id) => invalidated.has(id)).length,
    },
  };
}

/** A page of a snapshot; 410 `snapshot-gone` when it was forgotten. */
export function snapshotPage(
  store: Store,
  study: StudyRow,
  snapshots: Snapshots,
  name: string,
  { offset, limit }: z.infer<typeof pageQuerySchema>,
): SamplePage {
  const found = findSnapshot(snapshots, name);
  if (found?.kept.study !== study.id) {
    throw new ProblemError(410, 'snapshot-gone', 'This list was forgotten.', 'Ask for it again.');
  }
  const ids = [...found.ids.subarray(offset, offset + limit)];
  return { offset, rows: listRows(store, study, ids) };
}

/** Rows of a listing, by id. */
export function listRows(store: Store, study: StudyRow, ids: readonly number[]): SampleListRow[] {
  const steps = auditSteps(store, study);
  return steps === undefined ? [] : rowsOf(store, steps, annotationsOf(store, study.id), ids);
}

/** The same with what was read of the study before. */
export function rowsOf(
  store: Store,
  steps: AuditSteps,
  annotations: Annotations,
  ids: readonly number[],
): SampleListRow[] {
  return store.listing.rows(ids, steps.otherMetric).flatMap((sample) => {
    const step = steps.byKey.get(sample.stepKey);
    return step === undefined ? [] : [rowOf(sample, step, annotations)];
  });
}

/** A sample as lists show it. */
export function rowOf(
  sample: SampleSummary,
  step: AuditStep,
  annotations: Annotations,
): SampleListRow {
  const { id, probeId, draw, status, reason, classification, condition, score, preview } = sample;
  const said = annotations.of(sample);
  const last = said.findLast(({ kind }) => kind !== 'note');
  return {
    id,
    arm: step.model.slug,
    role: step.model.role,
    kind: step.model.kind,
    audit: step.audit,
    condition,
    probeId,
    draw,
    status,
    reason,
    class: classification,
    score,
    preview,
    notes: said.length,
    invalidated: last?.kind === 'invalidated',
  };
}

type Sort = z.infer<typeof sampleSortSchema>;

/** Models and audits follow from the step, so those orders are orders of steps. */
const ORDERS: Readonly<Record<Sort, SampleOrder>> = {
  id: 'id',
  arm: 'step',
  audit: 'step',
  probe: 'probe',
  draw: 'draw',
  class: 'class',
  score: 'score',
  status: 'status',
};

function selectionOf(
  store: Store,
  study: StudyRow,
  query: SampleQuery,
  steps: AuditSteps,
): SampleSelection {
  const { arm, role, kind, family, audit } = query;
  const chosen = steps.all.filter(
    (step) =>
      (arm === undefined || step.model.slug === arm) &&
      (role === undefined || step.model.role === role) &&
      (kind === undefined || step.model.kind === kind) &&
      (family === undefined || step.model.family === family) &&
      (audit === undefined || step.audit === audit),
  );
  // Both names, so that the order of a study's steps has no part in it.
  const nameOf = ({ audit: name, model }: AuditStep): string =>
    query.sort === 'audit' ? `${name}\0${model.slug}` : `${model.slug}\0${name}`;
  const ordered = chosen.toSorted((a, b) =>
    nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0,
  );
  return {
    steps: ordered.map(({ key }) => key),
    otherMetric: steps.otherMetric,
    words: query.q === undefined || query.q.trim() === '' ? undefined : query.q,
    condition: query.condition,
    probeId: query.probe,
    status: query.status,
    classification: query.class,
    min: query.min,
    max: query.max,
    ids: query.marked && markedIds(store, study, steps, query.marked),
  };
}

function markedIds(
  store: Store,
  study: StudyRow,
  steps: AuditSteps,
  marked: NonNullable<SampleQuery['marked']>,
): readonly number[] {
  const { annotated, invalidated } = annotationsOf(store, study.id);
  return (marked === 'annotated' ? annotated : invalidated).flatMap(({ stepKey, probeId, draw }) =>
    steps.byKey.has(stepKey)
      ? store.listing.ids({ steps: [stepKey], probeId, draw }, 'id', false)
      : [],
  );
}

/** Facets and strips, all from the same groups. */
function countsOf(
  groups: readonly SampleGroup[],
  steps: AuditSteps | undefined,
): Omit<Counts, 'invalidated'> {
  const known = groups.flatMap((group) => {
    const step = steps?.byKey.get(group.stepKey);
    return step === undefined ? [] : [{ ...group, step }];
  });
  type Known = (typeof known)[number];
  const facet = (valueOf: (group: Known) => string | null) => {
    const counts = new Map<string, number>();
    for (const group of known) {
      const value = valueOf(group);
      if (value !== null) counts.set(value, (counts.get(value) ?? 0) + group.samples);
    }
    return [...counts]
      .map(([value, count]) => ({ value, count }))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  };
  const strips = new Map<string, Snapshot['strips'][number] & { k: number }>();
  let unscored = 0;
  for (const { step, status, samples, k, n } of known) {
    const missing = status === 'unscored' ? samples - n : 0;
    unscored += missing;
    const { slug: arm, role, kind } = step.model;
    const before = strips.get(arm) ?? { arm, role, kind, mean: null, n: 0, unscored: 0, k: 0 };
    const sums = { k: before.k + k, n: before.n + n, unscored: before.unscored + missing };
    strips.set(arm, { ...before, ...sums, mean: sums.n === 0 ? null : sums.k / sums.n });
  }
  const order = new Map(steps?.design.models.map(({ slug }, i) => [slug, i]));
  return {
    facets: {
      arm: facet(({ step }) => step.model.slug),
      role: facet(({ step }) => step.model.role),
      audit: facet(({ step }) => step.audit),
      condition: facet(({ condition }) => condition),
      status: facet(({ status }) => status),
      class: facet(({ classification }) => classification),
    },
    unscored,
    strips: [...strips.values()]
      .map(({ k: _k, ...strip }) => strip)
      .toSorted((a, b) => (order.get(a.arm) ?? 0) - (order.get(b.arm) ?? 0)),
  };
}
