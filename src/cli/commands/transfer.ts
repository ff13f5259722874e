import { modelProfiles } from '../../study/profiles.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { transferWindows } from '../../readers/transfer-windows.ts';
import { transferText } from '../views/transfer-text.ts';
import { findStudy, withStore } from '../workspace.ts';

/** Shows what students do along their training, where the study has checkpoints. */
export function transferCommand(io: CliIo, argument: string, flags: StudyFlags): void {
  const { id, label, storeDir } = findStudy(io, argument, flags);
  withStore(storeDir, (store) => {
    const { manifest } = readFinishedStudy(store, id, label);
    const windows = transferWindows(manifest, modelProfiles(manifest, store));
    print(io, flags.json ? JSON.stringify({ study: id, windows }) : transferText(windows));
  });
}
