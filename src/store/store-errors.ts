import { type AppError, userError, workError } from '../base/errors.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html) that a person can do something about. */
const SQLITE = { busy: 5, readOnly: 8, io: 10, corrupt: 11, full: 13, cantOpen: 14, notDb: 26 };
/** SQLITE_IOERR_SHMSIZE: the shared-memory file of the write-ahead log could not grow. */
const SQLITE_IOERR_SHMSIZE = 4874;

const RUN_WIDE = new Set([
  'disk-full',
  'store-not-writable',
  'store-busy',
  'store-corrupt',
  'store-io',
  'lock-lost',
]);

/** True for errors that every further write would meet too, so a run must stop at once. */
export function stopsTheRun(error: AppError): boolean {
  return RUN_WIDE.has(error.code);
}

/**
 * Runs file or database work on behalf of the store in `dir`. Failures that a person can fix become
 * AppErrors that name the place and the fix; anything else passes through unchanged.
 */
export function withStoreErrors<T>(dir: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw describeFileError(error, dir) ?? describeSqliteError(error, dir) ?? error;
  }
}

/** The store has no room left; what is committed stays valid. */
function diskFull(dir: string, cause: unknown): AppError {
  return workError(
    'disk-full',
    `no space left on the disk that holds the store ${dir}`,
    'Nothing that was finished is lost. Free some space, then run the same command again: it goes on where it stopped.',
    cause,
  );
}

function notWritable(dir: string, reason: string, cause: unknown): AppError {
  return userError(
    'store-not-writable',
    `cannot write to the store ${dir}: ${reason}`,
    `Make the folder writable (chmod -R u+rwX '${dir}'), or keep the store elsewhere.`,
    cause,
  );
}

function describeFileError(error: unknown, dir: string): AppError | undefined {
  switch (field(error, 'code')) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return diskFull(dir, error);
    case 'EACCES':
    case 'EPERM':
      return notWritable(dir, 'permission denied', error);
    case 'EROFS':
      return notWritable(dir, 'the file system is mounted read-only', error);
    case 'ENOTDIR':
    case 'EEXIST':
      return notWritable(dir, 'a file stands where a folder is needed', error);
    default:
      return undefined;
  }
}

function describeSqliteError(error: unknown, dir: string): AppError | undefined {
  const extended = field(error, 'errcode');
  if (typeof extended !== 'number') return undefined;
  if (extended === SQLITE_IOERR_SHMSIZE) return diskFull(dir, error);
  switch (extended & 0xff) {
    case SQLITE.full:
      return diskFull(dir, error);
    case SQLITE.readOnly:
    case SQLITE.cantOpen:
      return notWritable(dir, 'its database cannot be opened for writing', error);
    case SQLITE.busy:
      return workError(
        'store-busy',
        `another process kept the store ${dir} locked`,
        'Wait for it to finish, then run the same command again.',
        error,
      );
    case SQLITE.corrupt:
    case SQLITE.notDb:
      return workError(
        'store-corrupt',
        `the database of the store ${dir} is damaged or is not an Informant store`,
        'Restore it from a backup, or move the folder away and run the study again.',
        error,
      );
    case SQLITE.io:
      return workError(
        'store-io',
        `the disk that holds the store ${dir} reported an error`,
        'Check the disk and its free space, then run the same command again.',
        error,
      );
    default:
      return undefined;
  }
}

function field(error: unknown, name: string): unknown {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return value;
}
