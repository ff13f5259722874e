import {
  type AuditSample,
  parseAuditSample,
  readAuditSamples,
} from '../artifacts/audit-samples.ts';
import { userError } from '../base/errors.ts';
import type { Store } from '../store/open-store.ts';
import type { PlannedStepState } from '../store/studies.ts';

/** The samples one audit of an arm has so far. */
export interface ArmAudit {
  /** Title of the audit step, which names arm and audit. */
  readonly title: string;
  readonly finished: boolean;
  readonly samples: readonly AuditSample[];
}

const AUDIT_STEP = 'run-audit';
/** Leaves the same samples with a judge's scores; until it is done there are those of the audit. */
const JUDGE_STEP = 'judge-audit';

/** An arm (or a teacher) with how much of it is done. */
export interface ArmState {
  readonly arm: string;
  readonly done: number;
  readonly steps: number;
  /** Scored samples in finished audits. */
  readonly audits: number;
}

/** Every arm and teacher of a study in the order of its plan. */
export function armStates(store: Store, study: string): ArmState[] {
  const plan = store.studies.plan(study);
  return [...new Set(plan.map(({ arm }) => arm))].map((arm) => {
    const steps = plan.filter((step) => step.arm === arm);
    const done = steps.filter(({ status }) => status === 'done');
    return {
      arm,
      done: done.length,
      steps: steps.length,
      audits: done.filter(({ name }) => name === AUDIT_STEP).length,
    };
  });
}

/** The steps that leave samples of an arm. User error when the study has no such arm. */
export function armAuditSteps(store: Store, study: string, arm: string): PlannedStepState[] {
  const steps = store.studies.plan(study).filter((step) => step.arm === arm);
  if (steps.length === 0) {
    throw userError(
      'no-such-arm',
      `study ${study} has no arm "${arm}"`,
      `informant show ${study} lists the arms.`,
    );
  }
  return steps.filter(
    ({ name, artifact }) => name === AUDIT_STEP || (name === JUDGE_STEP && artifact !== null),
  );
}

/**
 * Samples of an arm by audit; those of an audit under way come from its committed rows. User error
 * when the study has no such arm.
 */
export function armAudits(store: Store, study: string, arm: string): ArmAudit[] {
  return armAuditSteps(store, study, arm).map((step) => ({
    title: step.title,
    finished: step.artifact !== null,
    samples:
      step.artifact === null
        ? samplesSoFar(store, step)
        : readAuditSamples(store.artifacts.get(step.artifact), store.objects),
  }));
}

/** The samples that an audit under way has committed. */
export function samplesSoFar(store: Store, { stepKey }: PlannedStepState): readonly AuditSample[] {
  return store
    .items(stepKey)
    .list()
    .map(({ value }) => parseAuditSample(value));
}
