import { z } from 'zod';
import { type Stage, STAGES } from '../run/step.ts';
import type { Store } from '../store/open-store.ts';

const stageOf = z.enum(STAGES);

/** A step that studies of a calibration still need. */
export interface OpenStep {
  readonly key: string;
  readonly stage: Stage;
  readonly costTokens: number;
  /** Studies that need it. */
  readonly arms: readonly string[];
}

/** Distinct steps of registered studies that are not done yet, in the order they were planned. */
export function openSteps(store: Store, studies: readonly string[]): readonly OpenStep[] {
  const steps = new Map<string, OpenStep & { readonly arms: string[] }>();
  for (const study of studies) {
    for (const { stepKey, stage, costTokens, status } of store.studies.plan(study)) {
      if (status === 'done') continue;
      const step = steps.get(stepKey) ?? {
        key: stepKey,
        stage: stageOf.parse(stage),
        costTokens,
        arms: [],
      };
      if (step.arms.at(-1) !== study) step.arms.push(study);
      steps.set(stepKey, step);
    }
  }
  return [...steps.values()];
}
