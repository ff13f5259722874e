import { readFinishedStudy } from '../../readers/finished-study.ts';
import { familyComparison } from '../../study/family-comparison.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { comparisonText } from '../views/comparison-text.ts';
import { findStudy, withStore } from '../workspace.ts';

/** Shows every family of a finished study in one table. */
export function compareCommand(io: CliIo, argument: string, flags: StudyFlags): void {
  const { id, label, storeDir } = findStudy(io, argument, flags);
  withStore(storeDir, (store) => {
    const families = familyComparison(readFinishedStudy(store, id, label).manifest, store);
    print(io, flags.json ? JSON.stringify({ study: id, families }) : comparisonText(families));
  });
}
