import { join } from 'node:path';
import { openStore } from '../store/open-store.ts';
import { defineStudy } from '../study/load-study.ts';
import { moralBackend, pocketStudy } from '../study/pocket-study.fixture.ts';
import { runStudy } from '../study/run-study.ts';
import type { StudySpecInput } from '../study/spec.ts';
import { type WrittenBundle, writeBundle } from './write-bundle.ts';

/** As few twins, rows and probes as a verdict needs, so that one study takes a second. */
export function smallStudy(changes: Partial<StudySpecInput> = {}): StudySpecInput {
  return pocketStudy(3, {
    promptSets: { open: { count: 12, heldOut: 4 } },
    audits: { honeypot: { probes: 6 }, capability: { probes: 4 } },
    ...changes,
  });
}

/** Runs the small study in a store of that name below `folder`. */
export async function runSmallStudy(
  folder: string,
  storeName: string,
  changes: Partial<StudySpecInput> = {},
  slots = 2,
) {
  return runStudy({
    study: defineStudy(smallStudy(changes), folder),
    storeDir: join(folder, storeName),
    backend: await moralBackend(folder, { slots }),
  });
}

/** Writes the bundle of the small study's verdict to a file below `folder`. */
export async function bundleSmallStudy(
  folder: string,
  storeName: string,
  file: string,
  options: Parameters<typeof writeBundle>[3] = {},
): Promise<WrittenBundle> {
  const store = openStore(join(folder, storeName), { mode: 'read' });
  try {
    return await writeBundle(store, 'tiny', join(folder, file), options);
  } finally {
    store.close();
  }
}
