import { allSteps } from '../run/scheduler.ts';
import type { Store } from '../store/open-store.ts';
import type { PlannedStep } from '../store/studies.ts';
import type { Plan } from './plan.ts';
import { armTargets, checkpointTargets } from './plan-students.ts';
import { type Preregistration, preregister } from './preregister.ts';
import { type RecordedInputs, recordInputs } from './recorded-inputs.ts';
import type { LoadedStudy } from './spec.ts';
import { storeManifest } from './verdict-ledger.ts';

/** A study as its store knows it from now on. */
export interface RegisteredStudy {
  /** Digest of the stored manifest. */
  readonly manifest: string;
  readonly preregistration: Preregistration;
}

/**
 * Enters a study into its store: its text, its plan, what it was given, and its registration, each
 * unless it is there already. The caller holds the study's lock.
 */
export function registerStudy(
  store: Store,
  { source }: LoadedStudy,
  plan: Plan,
  inputs: RecordedInputs,
): RegisteredStudy {
  const manifest = storeManifest(store, plan.manifest);
  const text = store.objects.put(source);
  return store.transaction(() => {
    store.studies.put({ id: plan.study, spec: source, specDigest: text });
    store.studies.setPlan(plan.study, plannedSteps(plan));
    recordInputs(store, plan.study, inputs);
    return { manifest, preregistration: preregister(store, plan.manifest, manifest) };
  });
}

/** One row per step and arm, in the order of the plan; a teacher's own steps stand under its name. */
export function plannedSteps(plan: Plan): readonly PlannedStep[] {
  const owners = [
    ...(plan.judge === undefined ? [] : [{ arm: 'judge', targets: [plan.judge] }]),
    ...plan.teachers.map(({ id, audits }) => ({ arm: id, targets: Object.values(audits) })),
    ...plan.arms.flatMap((arm) => [
      { arm: arm.slug, targets: armTargets(arm) },
      ...arm.checkpoints.map((at) => ({ arm: at.slug, targets: checkpointTargets(at) })),
    ]),
    { arm: 'exchangeability', targets: plan.diagnostics },
  ];
  return owners.flatMap(({ arm, targets }) =>
    allSteps(targets).map(({ key, name, stage, title, costTokens, inputs }) => ({
      stepKey: key,
      arm,
      name,
      stage,
      title,
      costTokens,
      inputs: Object.values(inputs).map((input) => input.key),
    })),
  );
}
