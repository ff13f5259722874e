import { resolve } from 'node:path';
import { messageOf, workError } from '../../base/errors.ts';
import { writeFileAtomic } from '../../base/files.ts';
import { replayVerdict } from '../../study/replay-verdict.ts';
import { textReport } from '../../verdict/text-report.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import { writeReport } from '../write-report.ts';
import type { VerdictFlags } from '../flags.ts';
import { type CliIo, note, print } from '../io.ts';
import { renderForestSvg } from '../report/forest-figure.ts';
import { findStudy, withStore } from '../workspace.ts';

/**
 * Prints the recorded verdict and writes its report. With `--replay` the verdict is computed again
 * from rows; work error `replay-differs` when it is not the recorded one to the byte.
 */
export async function verdictCommand(
  io: CliIo,
  argument: string,
  flags: VerdictFlags,
): Promise<void> {
  const { id, label, storeDir } = findStudy(io, argument, flags);
  withStore(storeDir, (store) => {
    const finished = readFinishedStudy(store, id, label);
    const replay = flags.replay ? replayVerdict(store, id) : undefined;
    if (replay?.identical === false) {
      throw workError(
        'replay-differs',
        `replaying study ${id} gives verdict ${replay.digest}, the recorded one is ${replay.recordedDigest}`,
        'The stored rows or this version of Informant are not those of the recorded verdict; `informant store verify` checks the rows.',
      );
    }
    if (flags.svg !== undefined) {
      const path = resolve(io.cwd, flags.svg);
      writeFileAtomic(path, renderForestSvg(finished.verdict));
      note(io, `picture: ${path}`);
    }
    noteReport(io, () => writeReport(store, finished, label));
    if (flags.json) {
      print(io, JSON.stringify(replay ?? finished.verdict));
      return;
    }
    print(io, textReport(finished.verdict, { width: io.stdout.columns ?? 100 }));
    if (replay !== undefined) print(io, `Replayed from rows: identical (${replay.digest}).`);
  });
}

/** Writes the report; a store that may only be read has its verdict shown all the same. */
export function noteReport(io: CliIo, write: () => string): void {
  try {
    note(io, `report: ${write()}`);
  } catch (error) {
    note(io, `the report could not be written: ${messageOf(error)}`);
  }
}
