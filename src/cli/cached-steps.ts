import type { Step } from '../run/step.ts';
import type { Store } from '../store/open-store.ts';
import { isCurrent } from '../store/steps.ts';

/** Keys of the steps that need no work; `steps` come inputs first. */
export function cachedSteps(steps: readonly Step[], store: Store | undefined): ReadonlySet<string> {
  const artifacts = new Map<string, string>();
  for (const step of steps) {
    const row = store?.steps.find(step.key);
    if (row?.artifact == null) continue;
    const consumed: Record<string, string> = {};
    for (const [name, { key }] of Object.entries(step.inputs)) {
      const artifact = artifacts.get(key);
      if (artifact !== undefined) consumed[name] = artifact;
    }
    if (isCurrent(row, consumed)) artifacts.set(step.key, row.artifact);
  }
  return new Set(artifacts.keys());
}
