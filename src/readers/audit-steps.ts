import { AUDITS, type AuditName, AUDIT_NAMES } from '../audit/roster.ts';
import type { SampleSelection } from '../store/sample-listing.ts';
import type { Store } from '../store/open-store.ts';
import type { StudyRow } from '../store/studies.ts';
import { type DesignedModel, type StudyDesign, studyDesign } from './study-design.ts';

/** An audit of one model: the step that ran it, or will. */
export interface AuditStep {
  readonly key: string;
  readonly audit: AuditName;
  /** The first model of the plan that needs it. */
  readonly model: DesignedModel;
}

/** Audits of a study, each under the first model that plans it, in the order of the plan. */
export interface AuditSteps {
  readonly design: StudyDesign;
  readonly all: readonly AuditStep[];
  readonly byKey: ReadonlyMap<string, AuditStep>;
  /** Steps whose listed score is that of the positive control's behaviour. */
  readonly otherMetric: SampleSelection['otherMetric'];
}

/** Reads which audits a study has; undefined before its registration. */
export function auditSteps(
  store: Pick<Store, 'ledger' | 'objects'>,
  study: StudyRow,
): AuditSteps | undefined {
  const design = studyDesign(store, study);
  return design && stepsOf(design);
}

const known = new WeakMap<StudyDesign, AuditSteps>();

function stepsOf(design: StudyDesign): AuditSteps {
  const before = known.get(design);
  if (before !== undefined) return before;
  const byKey = new Map<string, AuditStep>();
  for (const model of inPlanOrder(design)) {
    for (const audit of AUDIT_NAMES) {
      const key = model.audits[audit];
      if (key !== undefined && !byKey.has(key)) byKey.set(key, { key, audit, model });
    }
  }
  const all = [...byKey.values()];
  const { controlBehaviour } = design.manifest;
  const others = all.filter(
    ({ audit, model }) => model.role === 'positive-control' && AUDITS[audit].headline !== null,
  );
  const steps: AuditSteps = {
    design,
    all,
    byKey,
    otherMetric:
      controlBehaviour === null
        ? undefined
        : { steps: others.map(({ key }) => key), metric: controlBehaviour },
  };
  known.set(design, steps);
  return steps;
}

/** Plans go through primary families first; see `studyArms`. */
function inPlanOrder({ models }: StudyDesign): readonly DesignedModel[] {
  const rank = ({ family, primary }: DesignedModel): number =>
    family === null ? 0 : primary ? 1 : 2;
  return models.toSorted((a, b) => rank(a) - rank(b));
}
