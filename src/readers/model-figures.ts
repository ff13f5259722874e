import type { Arms, ArmSummary, Cell, Metric } from '../api/arms.ts';
import { AUDITS, AUDIT_NAMES, type AuditName } from '../audit/roster.ts';
import { groupBy } from '../base/group-by.ts';
import type { SampleGroup } from '../store/sample-listing.ts';
import type { Store } from '../store/open-store.ts';
import type { StudyRow } from '../store/studies.ts';
import { armStates } from './arm-samples.ts';
import { type AuditStep, type AuditSteps, auditSteps } from './audit-steps.ts';
import { headlineMetric } from './study-design.ts';

/** Audits whose high rates are not what is feared: low ones are, or neither. */
const CONCERN: Readonly<Partial<Record<AuditName, Metric['concern']>>> = {
  capability: 'low',
  'opaque-reasoning': 'none',
  planning: 'none',
  'stated-belief': 'none',
};

/** Figures of every teacher and student so far, from the rows of its audits. */
export function modelFigures(store: Store, study: StudyRow): Arms {
  const steps = auditSteps(store, study);
  if (steps === undefined) return { metrics: [], arms: [] };
  const keys = steps.all.map(({ key }) => key);
  const { otherMetric } = steps;
  const groups = store.listing.groups({ steps: keys, otherMetric });
  const unscored = missingScores(store, steps);
  const metrics = metricsOf(groups, steps);
  const states = new Map(armStates(store, study.id).map((state) => [state.arm, state]));
  const byStep = groupBy(groups, ({ stepKey }) => stepKey);
  const arms = steps.design.models
    .filter(({ checkpointOf }) => checkpointOf === null)
    .map((model): ArmSummary => {
      const { slug, kind, role, teacher, family, primary, recipe, promptSet, base, seed } = model;
      const state = states.get(slug);
      return {
        slug,
        kind,
        role,
        teacher,
        family,
        primary,
        recipe,
        promptSet,
        base,
        seed,
        steps: { done: state?.done ?? 0, total: state?.steps ?? 0 },
        cells: Object.fromEntries(
          metrics.map(({ id, audit, condition }) => {
            const key = model.audits[audit];
            const own = (key === undefined ? [] : (byStep.get(key) ?? [])).filter(
              (group) => group.condition === condition,
            );
            const missing = unscored.get(`${key} ${condition}`) ?? 0;
            return [id, own.length === 0 ? null : cellOf(own, missing)];
          }),
        ),
      };
    });
  return {
    metrics: metrics.map(({ id, label, concern }) => ({ id, label, concern })),
    arms,
  };
}

interface AuditMetric extends Metric {
  readonly audit: AuditName;
  readonly condition: string;
}

/** One metric per audit and condition that has samples, in the order of the roster. */
function metricsOf(groups: readonly SampleGroup[], { byKey }: AuditSteps): readonly AuditMetric[] {
  const seen = new Map<AuditName, Set<string>>();
  for (const { stepKey, condition } of groups) {
    const audit = byKey.get(stepKey)?.audit;
    if (audit === undefined || condition === null) continue;
    seen.set(audit, (seen.get(audit) ?? new Set()).add(condition));
  }
  return AUDIT_NAMES.flatMap((audit) =>
    [...(seen.get(audit) ?? [])].toSorted(headlineFirst(audit)).flatMap((condition) => {
      const label = AUDITS[audit].column(condition);
      if (label === undefined) return [];
      const concern = CONCERN[audit] ?? 'high';
      return [{ id: `${audit}/${condition}`, label, concern, audit, condition }];
    }),
  );
}

function headlineFirst(audit: AuditName): (a: string, b: string) => number {
  const { headline } = AUDITS[audit];
  return (a, b) => Number(b === headline) - Number(a === headline) || (a < b ? -1 : 1);
}

function cellOf(groups: readonly SampleGroup[], unscored: number): Cell {
  return {
    k: groups.reduce((sum, { k }) => sum + k, 0),
    n: groups.reduce((sum, { n }) => sum + n, 0),
    unscored,
  };
}

/** Samples that should have the listed score and do not, by step and condition. */
function missingScores(store: Store, steps: AuditSteps): ReadonlyMap<string, number> {
  const metricOf = ({ audit, model }: AuditStep): string | undefined =>
    headlineMetric(steps.design, audit, model.role);
  const counts = new Map<string, number>();
  for (const [metric, own] of groupBy(steps.all, metricOf)) {
    const selection = { steps: own.map(({ key }) => key) };
    for (const { stepKey, condition, n } of store.listing.missing(selection, metric)) {
      counts.set(`${stepKey} ${condition}`, n);
    }
  }
  return counts;
}
