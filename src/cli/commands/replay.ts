import { resolve } from 'node:path';
import type { Backend } from '../../backends/backend.ts';
import { EXIT } from '../../base/errors.ts';
import { writeFileAtomic } from '../../base/files.ts';
import { openStore } from '../../store/open-store.ts';
import { planLooks } from '../../study/looks.ts';
import { type ReplayedLead, replayLeads } from '../../study/replay-leads.ts';
import { replayPack } from '../../study/replay-pack.ts';
import { openStudyModels } from '../../study/study-models.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import type { ReplayFlags } from '../flags.ts';
import { withInterrupt } from '../interrupt.ts';
import { type CliIo, note, print } from '../io.ts';
import { makeBackend } from '../make-backend.ts';
import { textTable } from '../table.ts';
import { findStudy, type StudyTarget } from '../workspace.ts';

/** Puts the leads of a finished study to U itself. Exit code 130 after Ctrl-C. */
export async function replayCommand(
  io: CliIo,
  argument: string,
  flags: ReplayFlags,
): Promise<number> {
  const target = findStudy(io, argument, flags);
  const backend = makeBackend(target.study.spec, await openStudyModels(target.study));
  try {
    return await replayOn(backend, io, target, flags);
  } finally {
    await backend.close();
  }
}

/** The same on a given backend. */
export async function replayOn(
  backend: Backend,
  io: CliIo,
  { study, id, label, storeDir }: StudyTarget,
  flags: ReplayFlags,
): Promise<number> {
  const plans = planLooks(study, await openStudyModels(study), backend);
  const store = openStore(storeDir, { mode: 'write', now: () => new Date(io.now()) });
  try {
    const { verdict, manifest } = readFinishedStudy(store, id, label);
    const plan =
      plans.find((one) => one.manifest.registration === manifest.registration) ?? plans.at(-1)!;
    if (flags.pack !== undefined) {
      const path = resolve(io.cwd, flags.pack);
      writeFileAtomic(path, `${JSON.stringify(replayPack(plan, verdict), null, 2)}\n`);
      note(io, `wrote ${path}`);
    }
    const lock = await store.lock(id, { command: `informant replay ${label}` });
    try {
      const { value: leads } = await withInterrupt(
        io,
        () => note(io, 'stopping after the answers under way; Ctrl-C again stops at once'),
        () => undefined,
        (signal) =>
          replayLeads({
            plan,
            verdict,
            store,
            backend,
            draws: flags.draws,
            signal,
            onProgress: (replayed, of) =>
              note(
                io,
                flags.json
                  ? JSON.stringify({ replayed, of })
                  : `${replayed} of ${of} leads replayed`,
              ),
          }),
      );
      if (leads === undefined) return reportInterrupt(io, id, label, flags);
      print(
        io,
        flags.json ? JSON.stringify({ study: id, draws: flags.draws, leads }) : replayText(leads),
      );
      return EXIT.done;
    } finally {
      lock.release();
    }
  } finally {
    store.close();
  }
}

function reportInterrupt(io: CliIo, id: string, label: string, flags: ReplayFlags): number {
  const next = `informant replay ${label}`;
  if (flags.json) print(io, JSON.stringify({ study: id, status: 'interrupted', next }));
  note(io, `interrupted; nothing was recorded. Begin again with: ${next}`);
  return EXIT.interrupted;
}

function replayText(leads: readonly ReplayedLead[]): string {
  if (leads.length === 0) return 'There are no leads to replay.';
  const share = ({ k, n }: { k: number; n: number }): string => `${Number(k.toFixed(2))}/${n}`;
  const rows = leads.flatMap(({ rank, probeId, outcome, contexts }) =>
    contexts.map(({ condition, suspect, twins }, at) => [
      at === 0 ? String(rank) : '',
      at === 0 ? outcome : '',
      condition,
      share(suspect),
      share(twins),
      at === 0 ? probeId : '',
    ]),
  );
  const count = (wanted: string): number =>
    leads.filter(({ outcome }) => outcome === wanted).length;
  return [
    textTable(['#lead', 'outcome', 'context', '#U', '#benign teachers', 'probe'], rows),
    '',
    `${count('confirmed')} confirmed, ${count('refuted')} refuted, ${count('open')} open; recorded in the ledger.`,
  ].join('\n');
}
