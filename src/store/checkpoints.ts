import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withStoreErrors } from './store-errors.ts';

/** Files with the state of unfinished steps, below `<dir>/checkpoints`. They are never evidence. */
export interface Checkpoints {
  /** Where a step may keep its state; the folder may not exist yet. */
  path(stepKey: string): string;
  /** Removes the state of a step, and what a killed process left of one. */
  clear(stepKey: string): void;
  /** Removes the states of steps that need none any more. */
  prune(isDone: (stepKey: string) => boolean): void;
}

/** The checkpoints of the store in `dir`. */
export function openCheckpoints(dir: string): Checkpoints {
  const folder = join(dir, 'checkpoints');
  // Beside `<key>` there may be `<key>.<pid>.<n>.tmp`, an unfinished write.
  const keyOf = (file: string): string => file.split('.')[0]!;
  const files = (): readonly string[] => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  };
  const prune = (isDone: (stepKey: string) => boolean): void => {
    for (const file of files()) {
      if (isDone(keyOf(file)))
        withStoreErrors(dir, () => rmSync(join(folder, file), { force: true }));
    }
  };
  return {
    path: (stepKey) => join(folder, stepKey),
    clear: (stepKey) => prune((key) => key === stepKey),
    prune,
  };
}
