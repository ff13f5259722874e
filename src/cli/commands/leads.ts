import { lastReplay } from '../../study/replay-leads.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { leadsText } from '../views/leads-text.ts';
import { findStudy, withStore } from '../workspace.ts';

/** Prints the prompts worth replaying on U. */
export async function leadsCommand(io: CliIo, argument: string, flags: StudyFlags): Promise<void> {
  const { id, label, storeDir } = findStudy(io, argument, flags);
  const { verdict, replayed } = withStore(storeDir, (store) => ({
    ...readFinishedStudy(store, id, label),
    replayed: lastReplay(store, id),
  }));
  if (flags.json) return print(io, JSON.stringify({ study: id, leads: verdict.leads, replayed }));
  print(io, leadsText(verdict.leads, replayed));
}
