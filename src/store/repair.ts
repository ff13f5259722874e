import { renameSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { withStoreErrors } from './store-errors.ts';
import type { Store } from './open-store.ts';
import type { VerifyReport } from './verify.ts';

/** What a repair did. */
export interface RepairReport {
  /** Steps that the next run makes again. */
  readonly stepKeys: readonly string[];
  /** Damaged objects, set aside under `<file>.corrupt`. */
  readonly setAside: readonly string[];
  /** Leftovers of unfinished writes that were removed. */
  readonly removed: readonly string[];
}

/**
 * Makes a damaged store usable: damaged objects are set aside and the steps that made them are
 * marked failed, so that the next run makes them again. Broken ledgers and a broken database stay
 * as they are: they are evidence, and nothing can restore them. No run may be under way.
 */
export function repairStore(store: Store, report: VerifyReport): RepairReport {
  const stepKeys = new Set<string>();
  const setAside: string[] = [];
  const removed: string[] = [];
  withStoreErrors(store.dir, () => {
    for (const problem of report.problems) {
      switch (problem.kind) {
        case 'corrupt-object':
          renameSync(problem.path, `${problem.path}.corrupt`);
          setAside.push(`${problem.path}.corrupt`);
          break;
        case 'missing-artifact':
        case 'bad-artifact':
        case 'missing-file':
          stepKeys.add(problem.stepKey);
          break;
        case 'leftover-file':
          if (!problem.path.endsWith('.tmp')) break;
          rmSync(problem.path, { force: true });
          removed.push(problem.path);
          break;
        case 'broken-ledger':
        case 'database':
          break;
      }
    }
  });
  for (const key of stepKeys) invalidate(store, key, 'its stored result is damaged');
  return { stepKeys: [...stepKeys], setAside, removed };
}

/** Marks a step failed and says so in every ledger that relied on its result. */
function invalidate(store: Store, key: string, reason: string): void {
  store.transaction(() => {
    const artifact = store.steps.find(key)?.artifact ?? null;
    for (const study of store.ledger.studies()) {
      const relied = store.ledger
        .list(study)
        .some(({ data }) => relianceSchema.safeParse(data).data?.key === key);
      if (relied) store.ledger.append(study, 'step-invalidated', { key, artifact, reason });
    }
    store.steps.fail(key, reason);
  });
}

const relianceSchema = z.object({ key: z.string() });
