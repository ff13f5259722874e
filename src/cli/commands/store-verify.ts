import { EXIT } from '../../base/errors.ts';
import { openStore } from '../../store/open-store.ts';
import { repairStore } from '../../store/repair.ts';
import { type StoreProblem, verifyStore } from '../../store/verify.ts';
import type { StoreFlags } from '../flags.ts';
import { type CliIo, note, print } from '../io.ts';
import { compact } from '../../base/numbers.ts';
import { visibleText } from '../../base/visible-text.ts';
import { storeFolder } from '../workspace.ts';

/** Rehashes the store; exit code 1 when it is damaged. `--repair` makes damaged steps runnable. */
export async function storeVerifyCommand(io: CliIo, flags: StoreFlags): Promise<number> {
  const store = openStore(storeFolder(io, flags), { mode: flags.repair ? 'write' : 'read' });
  try {
    const report = await verifyStore(store);
    const repair = flags.repair && !report.ok ? repairStore(store, report) : null;
    if (flags.json) {
      print(io, JSON.stringify({ ...report, repair }));
    } else {
      for (const problem of report.problems) note(io, `problem: ${problemText(problem)}`);
      const { objects, bytes, steps, events, roots } = report;
      print(
        io,
        `${objects} objects (${compact(bytes)} bytes), ${steps} steps, ${events} ledger events`,
      );
      for (const [study, root] of Object.entries(roots)) print(io, `ledger ${study}: ${root}`);
      if (repair !== null)
        print(io, `${repair.stepKeys.length} steps will be made again by the next run.`);
      print(io, report.ok ? 'The store is sound.' : 'The store is damaged.');
    }
    return report.ok ? EXIT.done : EXIT.failedWork;
  } finally {
    store.close();
  }
}

function problemText(problem: StoreProblem): string {
  switch (problem.kind) {
    case 'corrupt-object':
      return `the bytes of ${visibleText(problem.path)} do not have the sha256 of its name`;
    case 'missing-artifact':
      return `result ${problem.digest} of step ${problem.stepKey} is missing`;
    case 'bad-artifact':
      return `result ${problem.digest} of step ${problem.stepKey} is damaged`;
    case 'missing-file':
      return `file ${visibleText(problem.name)} (${problem.digest}) of step ${problem.stepKey} is missing`;
    case 'broken-ledger':
      return `the ledger of study ${visibleText(problem.study)} breaks at event ${problem.seq}: ${problem.reason}`;
    case 'database':
      return `database: ${visibleText(problem.detail)}`;
    case 'leftover-file':
      return `${visibleText(problem.path)} is left over from an unfinished write (harmless)`;
  }
}
