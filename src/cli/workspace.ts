import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { userError } from '../base/errors.ts';
import type { Backend } from '../backends/backend.ts';
import { defaultStoreDir, openStore, type Store } from '../store/open-store.ts';
import { loadStudy, parseStudy } from '../study/load-study.ts';
import { planLooks } from '../study/looks.ts';
import type { Plan } from '../study/plan.ts';
import type { LoadedStudy } from '../study/spec.ts';
import { openStudyModels, type StudyModels } from '../study/study-models.ts';
import type { StudyFlags } from './flags.ts';
import type { CliIo } from './io.ts';
import { makeBackend } from './make-backend.ts';

/** A study as named on the command line, by file or by id. */
export interface StudyTarget {
  readonly study: LoadedStudy;
  readonly id: string;
  /** As typed, with `--store` if it was given: what the commands suggested next need. */
  readonly label: string;
  readonly storeDir: string;
}

/**
 * Finds a study: an existing file or anything that looks like one is read as such, else it is an id
 * in the store (`--store`, or `.informant` here). User errors say where was looked.
 */
export function findStudy(io: CliIo, argument: string, flags: StudyFlags): StudyTarget {
  const path = resolve(io.cwd, argument);
  const label = flags.store === undefined ? argument : `${argument} --store ${flags.store}`;
  if (existsSync(path) || /\.ya?ml$/iu.test(argument)) {
    const study = loadStudy(relative(process.cwd(), path));
    const storeDir =
      flags.store === undefined ? defaultStoreDir(path) : resolve(io.cwd, flags.store);
    return { study, id: study.spec.study, label, storeDir };
  }
  const storeDir = storeFolder(io, flags);
  return withStore(storeDir, (store) => {
    const row = store.studies.find(argument);
    if (row === undefined) {
      const known = store.studies.list().map(({ id }) => id);
      throw userError(
        'no-such-study',
        `there is no file ${argument}, and the store ${storeDir} has no study of that name`,
        known.length === 0 ? 'The store is empty.' : `It has: ${known.join(', ')}.`,
      );
    }
    // A store lies beside its study file unless told otherwise, so relative paths start there.
    const study = parseStudy(row.spec, join(dirname(storeDir), `${row.id}.yaml`));
    return { study, id: row.id, label, storeDir };
  });
}

/** The store folder of commands that name no study. */
export function storeFolder(io: CliIo, flags: StudyFlags): string {
  return resolve(io.cwd, flags.store ?? '.informant');
}

/** Opens a store for reading, closes it whatever happens. */
export function withStore<T>(dir: string, read: (store: Store) => T): T {
  const store = openStore(dir, { mode: 'read' });
  try {
    return read(store);
  } finally {
    store.close();
  }
}

/** Like `withStore`, but undefined is passed where there is no store yet. */
export function withStoreIfAny<T>(dir: string, read: (store: Store | undefined) => T): T {
  return existsSync(join(dir, 'informant.db')) ? withStore(dir, read) : read(undefined);
}

/** A study with its models opened and its plan worked out; nothing has run. */
export interface PlannedStudy extends StudyTarget {
  readonly models: StudyModels;
  readonly backend: Backend;
  /** The whole design: the last of `looks`. */
  readonly plan: Plan;
  /** One plan, or one per look of a sequential study. */
  readonly looks: readonly Plan[];
}

/** Plans a study for commands that run none of its steps; the backend is closed afterwards. */
export async function withPlan<T>(
  io: CliIo,
  argument: string,
  flags: StudyFlags,
  look: (planned: PlannedStudy) => T | Promise<T>,
): Promise<T> {
  const target = findStudy(io, argument, flags);
  const models = await openStudyModels(target.study);
  const backend = makeBackend(target.study.spec, models);
  try {
    const looks = planLooks(target.study, models, backend);
    return await look({ ...target, models, backend, plan: looks.at(-1)!, looks });
  } finally {
    await backend.close();
  }
}
