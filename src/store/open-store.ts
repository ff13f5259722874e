import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { userError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/files.ts';
import { type Artifacts, openArtifacts } from './artifacts.ts';
import { type Checkpoints, openCheckpoints } from './checkpoints.ts';
import { type Database, openDatabase } from './database.ts';
import { openItems } from './items.ts';
import { type Ledger, openLedger } from './ledger.ts';
import {
  findLockHolder,
  type LockHolder,
  type LockOptions,
  lockStudy,
  type StudyLock,
} from './lock.ts';
import { type Metrics, openMetrics } from './metrics.ts';
import { openObjects } from './objects.ts';
import { openSampleListing, type SampleListing } from './sample-listing.ts';
import { openSamples, type Samples } from './samples.ts';
import { findStanding, type Standing } from './standing.ts';
import { openSteps, type Steps } from './steps.ts';
import { withStoreErrors } from './store-errors.ts';
import { openStudies, type Studies } from './studies.ts';
import type { ItemRows, Objects } from './types.ts';

/**
 * Everything a run leaves behind, in one folder: `informant.db` and `objects/`; beside them
 * `checkpoints/`, which a finished run leaves empty.
 */
export interface Store {
  /** Absolute path of the folder. */
  readonly dir: string;
  readonly database: Database;
  readonly objects: Objects;
  readonly artifacts: Artifacts;
  readonly checkpoints: Checkpoints;
  readonly steps: Steps;
  readonly metrics: Metrics;
  readonly samples: Samples;
  readonly listing: SampleListing;
  readonly ledger: Ledger;
  readonly studies: Studies;
  /** Item rows of a step. */
  items(stepKey: string): ItemRows;
  /** All or nothing over every table; `work` must not be async. */
  transaction<T>(work: () => T): T;
  /** Becomes the only writer of a study; see lockStudy. */
  lock(study: string, options: LockOptions): Promise<StudyLock>;
  /** Who writes a study now. */
  lockHolder(study: string): LockHolder | undefined;
  /** State and holder of one moment; undefined for a study that is not known. */
  standing(study: string): Standing | undefined;
  /** Another text whenever anything was committed to the database, by this process or another. */
  version(): string;
  close(): void;
}

export interface OpenStoreOptions {
  /** `read` needs an existing store and works in a read-only folder. */
  readonly mode: 'read' | 'write';
  /** Clock for time stamps. */
  readonly now?: () => Date;
}

/** Where a study file's store is unless the user says otherwise: `.informant` beside it. */
export function defaultStoreDir(studyFile: string): string {
  return join(dirname(resolve(studyFile)), '.informant');
}

/**
 * Opens the store in a folder; in `write` mode it is made if needed.
 * Raises user errors when the folder cannot be written or holds no store to read.
 */
export function openStore(dir: string, options: OpenStoreOptions): Store {
  const root = resolve(dir);
  const file = join(root, 'informant.db');
  const now = options.now ?? ((): Date => new Date());
  if (options.mode === 'write') {
    withStoreErrors(root, () => createFolder(root));
  } else if (!existsSync(file)) {
    throw userError(
      'no-store',
      `there is no store at ${root}`,
      'Run the study first (`informant run <study.yaml>`), or name the folder of another store.',
    );
  }
  const database = openDatabase(file, options.mode);
  const objects = openObjects(root);
  return {
    dir: root,
    database,
    objects,
    artifacts: openArtifacts(objects),
    checkpoints: openCheckpoints(root),
    steps: openSteps(database, now),
    metrics: openMetrics(database, now),
    samples: openSamples(database),
    listing: openSampleListing(database),
    ledger: openLedger(database, now),
    studies: openStudies(database, now),
    items: (stepKey) => openItems(database, stepKey),
    transaction: (work) => database.transaction(work),
    lock: (study, lockOptions) => lockStudy(database, study, now, lockOptions),
    lockHolder: (study) => findLockHolder(database, study, now()),
    standing: (study) => findStanding(database, study, now()),
    version: () => versionOf(database),
    close: () => database.close(),
  };
}

const versionRow = z.object({ others: z.int(), own: z.int() });

/** SQLite counts commits of others and changes of one's own apart. */
function versionOf(database: Database): string {
  const row = database.get(
    versionRow,
    'SELECT data_version AS others, total_changes() AS own FROM pragma_data_version',
  );
  return `${row?.others} ${row?.own}`;
}

function createFolder(root: string): void {
  mkdirSync(join(root, 'objects'), { recursive: true });
  const ignore = join(root, '.gitignore');
  // Stores are large and hold model output; keep them out of the user's repository.
  if (!existsSync(ignore)) writeFileAtomic(ignore, '*\n');
}
