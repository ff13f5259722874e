import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { z } from 'zod';
import { userError } from '../base/errors.ts';
import { migrations } from './migrations/all-migrations.ts';
import { withStoreErrors } from './store-errors.ts';

/** What a column can hold. */
export type SqlValue = null | number | string | Uint8Array;

/** An open SQLite database; rows are parsed by a schema as they leave it. */
export interface Database {
  /** Performs a statement and returns how many rows it changed. */
  run(sql: string, ...values: readonly SqlValue[]): number;
  /** First row, or undefined. */
  get<Row>(schema: z.ZodType<Row>, sql: string, ...values: readonly SqlValue[]): Row | undefined;
  /** Every row. */
  all<Row>(schema: z.ZodType<Row>, sql: string, ...values: readonly SqlValue[]): Row[];
  /** All or nothing; a transaction begun inside another is part of it. `work` must not be async. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** How long a statement waits for another process's write before it fails. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens the database file and brings its tables up to date. In `read` mode nothing is written, not
 * even beside the file when the folder is read-only.
 * Raises user errors when it cannot be written, or was written by a newer or an older Informant.
 */
export function openDatabase(path: string, mode: 'read' | 'write'): Database {
  return withStoreErrors(dirname(path), () => {
    const connection = mode === 'write' ? openForWriting(path) : openForReading(path);
    const database = wrap(connection, dirname(path), mode);
    try {
      if (mode === 'write') migrate(connection, database);
      assertVersion(database, dirname(path));
    } catch (error) {
      connection.close();
      throw error;
    }
    return database;
  });
}

/**
 * synchronous=FULL: every commit is on the disk before it is acknowledged, so an event of the ledger
 * that was shown to anyone (a preregistration, a root) survives a power cut. Commits are few (one per
 * item batch or step), so the fsync does not show.
 */
function openForWriting(path: string): DatabaseSyncInstance {
  // SQLite opens a file it may not write without complaint; better to learn it now.
  accessSync(dirname(path), constants.W_OK);
  if (existsSync(path)) accessSync(path, constants.W_OK);
  const connection = new DatabaseSync(path, {
    timeout: BUSY_TIMEOUT_MS,
    enableForeignKeyConstraints: true,
  });
  try {
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

/** Readers of a WAL database need its side files; a read-only folder without them is immutable. */
function openForReading(path: string): DatabaseSyncInstance {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    return connection;
  } catch (error) {
    connection.close();
    const log = `${path}-wal`;
    if (existsSync(log) && statSync(log).size > 0) throw error;
    const url = pathToFileURL(path);
    url.searchParams.set('immutable', '1');
    return new DatabaseSync(url, { readOnly: true });
  }
}

function wrap(connection: DatabaseSyncInstance, dir: string, mode: 'read' | 'write'): Database {
  const statements = new Map<string, ReturnType<DatabaseSyncInstance['prepare']>>();
  const prepare = (sql: string): ReturnType<DatabaseSyncInstance['prepare']> => {
    const statement = statements.get(sql) ?? connection.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return {
    run: (sql, ...values) =>
      withStoreErrors(dir, () => Number(prepare(sql).run(...values).changes)),
    get: (schema, sql, ...values) => {
      const row: unknown = withStoreErrors(dir, () => prepare(sql).get(...values));
      return row === undefined ? undefined : schema.parse(row);
    },
    all: (schema, sql, ...values) => {
      const rows: unknown[] = withStoreErrors(dir, () => prepare(sql).all(...values));
      return rows.map((row) => schema.parse(row));
    },
    transaction: (work) => {
      if (connection.isTransaction) return work();
      withStoreErrors(dir, () => connection.exec('BEGIN IMMEDIATE'));
      try {
        const result = work();
        withStoreErrors(dir, () => connection.exec('COMMIT'));
        return result;
      } catch (error) {
        // A full disk makes SQLite roll back by itself.
        if (connection.isTransaction) connection.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => {
      if (!connection.isOpen) return;
      withStoreErrors(dir, () => {
        // The driver keeps prepared statements alive, and SQLite then does not fold the log into the
        // database by itself; after this the one file is complete and can be copied.
        if (mode === 'write') connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
        connection.close();
      });
    },
  };
}

const versionRow = z.object({ user_version: z.int() });

function versionOf(database: Database): number {
  return database.get(versionRow, 'PRAGMA user_version')?.user_version ?? 0;
}

function migrate(connection: DatabaseSyncInstance, database: Database): void {
  if (versionOf(database) >= migrations.length) return;
  database.transaction(() => {
    // Read again: another process may have migrated while this one waited for the lock.
    for (let version = versionOf(database); version < migrations.length; version++) {
      connection.exec(migrations[version]!);
      connection.exec(`PRAGMA user_version = ${version + 1}`);
    }
  });
}

function assertVersion(database: Database, dir: string): void {
  const version = versionOf(database);
  if (version > migrations.length) {
    throw userError(
      'store-too-new',
      `the store ${dir} was written by a newer Informant (layout ${version}, this one knows ${migrations.length})`,
      'Update Informant, or use another store folder.',
    );
  }
  if (version < migrations.length) {
    throw userError(
      'store-too-old',
      `the store ${dir} has an older layout (${version}, this Informant reads ${migrations.length})`,
      'Run `informant run` on its study once: that brings the store up to date.',
    );
  }
}
