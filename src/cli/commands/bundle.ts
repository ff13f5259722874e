import { resolve } from 'node:path';
import { writeBundle } from '../../evidence/write-bundle.ts';
import { openStore } from '../../store/open-store.ts';
import type { BundleFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { compact } from '../../base/numbers.ts';
import { visibleText } from '../../base/visible-text.ts';
import { findStudy } from '../workspace.ts';

/** Writes the evidence of a study's verdict into one file. */
export async function bundleCommand(
  io: CliIo,
  argument: string,
  flags: BundleFlags,
): Promise<void> {
  const { id, storeDir } = findStudy(io, argument, flags);
  const store = openStore(storeDir, { mode: 'read' });
  try {
    const bundle = await writeBundle(store, id, resolve(io.cwd, flags.out), {
      weights: flags.withModels === true,
      ...(flags.sign !== undefined && { signWith: resolve(io.cwd, flags.sign) }),
    });
    if (flags.json) return print(io, JSON.stringify(bundle));
    const left =
      bundle.omitted === 0
        ? ''
        : `; ${bundle.omitted} files of weights and distributions by digest alone`;
    const lines = [
      `${visibleText(bundle.path)}: ${bundle.members} members, ${compact(bundle.bytes)} bytes${bundle.signed ? ', signed' : ''}${left}`,
      `root ${bundle.root}`,
      `Next: informant verify ${flags.out}`,
    ];
    print(io, lines.join('\n'));
  } finally {
    store.close();
  }
}
