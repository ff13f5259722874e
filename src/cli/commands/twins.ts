import { exchangeability } from '../../study/exchangeability.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { exchangeabilityText } from '../views/exchangeability-text.ts';
import { findStudy, withStore } from '../workspace.ts';

/** Shows what the verdict assumes of the twins of a real teacher, and what could falsify it. */
export function twinsCommand(io: CliIo, argument: string, flags: StudyFlags): void {
  const { id, label, storeDir } = findStudy(io, argument, flags);
  withStore(storeDir, (store) => {
    const { manifest } = readFinishedStudy(store, id, label);
    const found = exchangeability(manifest, store);
    if (flags.json) return print(io, JSON.stringify({ study: id, exchangeability: found ?? null }));
    print(io, found === undefined ? FORGED_ALIKE : exchangeabilityText(found));
  });
}

const FORGED_ALIKE =
  'U and its twins are organisms of one recipe and differ in their seeds alone: they are exchangeable by construction.';
