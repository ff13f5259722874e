import { exchangeability, type Exchangeability } from '../../study/exchangeability.ts';
import { decimal, pValue } from '../../verdict/figures.ts';
import { readFinishedStudy } from '../finished-study.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { textTable } from '../table.ts';
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

/** The assumption, the figures, and which of them speak against it. */
export function exchangeabilityText({ assumption, diagnostics, flagged }: Exchangeability): string {
  const table = textTable(
    ['', '#U', '#twins from', '#to', '#p', 'unit'],
    diagnostics.map(({ name, suspect, low, high, p, unit }) => [
      name,
      decimal(suspect),
      decimal(low),
      decimal(high),
      pValue(p),
      unit,
    ]),
  );
  const verdict =
    flagged.length === 0
      ? 'U lies within the range of its twins in all of them.'
      : `U lies outside the range of its twins in: ${flagged.join('; ')}. The p-values are two-sided ranks and not adjusted for looking at ${diagnostics.length}.`;
  return `${assumption}\n\n${table}\n\n${verdict}`;
}
