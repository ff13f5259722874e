import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type OpenStoreOptions, openStore, type Store } from '../../src/store/open-store.ts';

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'informant-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store for writing in a folder of its own, closed and gone when the test ends. */
export function temporaryStore(options: Partial<OpenStoreOptions> = {}): Store {
  const store = openStore(join(temporaryFolder(), 'store'), { mode: 'write', ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A clock that starts at 2026-01-01 and moves only when told. */
export function manualClock(): { now: () => Date; advance: (milliseconds: number) => void } {
  let time = Date.parse('2026-01-01T00:00:00.000Z');
  return {
    now: () => new Date(time),
    advance: (milliseconds) => {
      time += milliseconds;
    },
  };
}
