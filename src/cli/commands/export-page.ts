import { resolve } from 'node:path';
import { openStore } from '../../store/open-store.ts';
import { exportPage } from '../../server/export/export-page.ts';
import { userError } from '../../base/errors.ts';
import type { ExportPageFlags } from '../flags.ts';
import { type CliIo, note, print } from '../io.ts';
import { compact } from '../../base/numbers.ts';
import { findStudy } from '../workspace.ts';

/** Writes a study as a folder that opens without a server. */
export async function exportPageCommand(
  io: CliIo,
  argument: string,
  flags: ExportPageFlags,
): Promise<void> {
  const { id, label, storeDir } = findStudy(io, argument, flags);
  const store = openStore(storeDir, { mode: 'read' });
  try {
    const study = store.studies.find(id);
    if (study === undefined) {
      throw userError(
        'no-such-study',
        `the store ${storeDir} has no study ${id}`,
        `Run it first: informant run ${label}`,
      );
    }
    const exported = await exportPage(store, study, resolve(io.cwd, flags.out), {
      replace: flags.replace === true,
      now: new Date(io.now()),
    });
    if (flags.json) return print(io, JSON.stringify(exported));
    const { folder, files, bytes, samples, samplesOf } = exported;
    print(io, `${folder}: ${files} files, ${compact(bytes)} bytes. Open its index.html.`);
    if (samples < samplesOf) note(io, `it has the first ${samples} of ${samplesOf} samples`);
  } finally {
    store.close();
  }
}
