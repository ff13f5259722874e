import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { temporaryFolder, temporaryStore } from '../../test/support/temporary-store.ts';
import { type Database, openDatabase } from './database.ts';

const countRow = z.object({ n: z.number() });

function temporaryDatabase(): Database {
  const database = openDatabase(join(temporaryFolder(), 'a.db'), 'write');
  onTestFinished(() => database.close());
  return database;
}

function countItems(database: Database): number {
  return database.get(countRow, 'SELECT count(*) AS n FROM items')?.n ?? -1;
}

const INSERT = 'INSERT INTO items (step_key, item_index, value) VALUES (?, ?, ?)';

describe('openDatabase', () => {
  it('is durable, checks types and foreign keys', () => {
    const database = temporaryDatabase();
    const pragma = (name: string): unknown =>
      database.get(z.record(z.string(), z.unknown()), `PRAGMA ${name}`)?.[name];
    expect(pragma('journal_mode')).toBe('wal');
    expect(pragma('synchronous')).toBe(2);
    expect(pragma('foreign_keys')).toBe(1);
    expect(() => database.run(INSERT, 'k', 'not a number', '1')).toThrow(/cannot store TEXT/);
  });

  it('rolls a failed transaction back, the nested part included', () => {
    const database = temporaryDatabase();
    expect(() =>
      database.transaction(() => {
        database.transaction(() => database.run(INSERT, 'k', 0, '1'));
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(countItems(database)).toBe(0);
    database.transaction(() => database.run(INSERT, 'k', 0, '1'));
    expect(countItems(database)).toBe(1);
  });

  it('says so when the disk is full, and goes on when it no longer is', () => {
    const database = temporaryDatabase();
    const pages = z.object({ page_count: z.number() });
    const used = database.get(pages, 'PRAGMA page_count')?.page_count ?? 0;
    database.all(z.unknown(), `PRAGMA max_page_count = ${used + 8}`);
    const fill = (): void =>
      database.transaction(() => {
        for (let i = 0; i < 50; i++) database.run(INSERT, 'full', i, 'x'.repeat(1000));
      });
    expect(fill).toThrow(expect.objectContaining({ code: 'disk-full', exitCode: 1 }));
    expect(countItems(database)).toBe(0);
    database.all(z.unknown(), 'PRAGMA max_page_count = 100000');
    fill();
    expect(countItems(database)).toBe(50);
  });

  it('refuses a store of a newer version', () => {
    const path = join(temporaryFolder(), 'a.db');
    const first = openDatabase(path, 'write');
    first.run('PRAGMA user_version = 99');
    first.close();
    for (const mode of ['read', 'write'] as const) {
      expect(() => openDatabase(path, mode)).toThrow(
        expect.objectContaining({ code: 'store-too-new', exitCode: 2 }),
      );
    }
  });

  it('refuses a file that is no database', () => {
    const path = join(temporaryFolder(), 'a.db');
    writeFileSync(path, 'these are not the bytes of a database '.repeat(50));
    for (const mode of ['read', 'write'] as const) {
      expect(() => openDatabase(path, mode)).toThrow(
        expect.objectContaining({ code: 'store-corrupt' }),
      );
    }
  });

  it('names the folder when the database cannot be opened', () => {
    const path = join(temporaryFolder(), 'a.db');
    mkdirSync(path);
    expect(() => openDatabase(path, 'write')).toThrow(
      expect.objectContaining({ code: 'store-not-writable', exitCode: 2 }),
    );
  });
});

describe('item rows', () => {
  it('keep the first value of an index, in order, through a reopening', () => {
    const store = temporaryStore();
    const items = store.items('step');
    items.add([
      { index: 2, value: { text: 'lone \ud800 surrogate', n: 0.1 } },
      { index: 0, value: null },
    ]);
    items.add([{ index: 0, value: 'second' }]);
    expect(store.items('step').list()).toEqual([
      { index: 0, value: null },
      { index: 2, value: { text: 'lone \ud800 surrogate', n: 0.1 } },
    ]);
    expect(store.items('other').list()).toEqual([]);
  });

  it('commit all rows of a call or none', () => {
    const items = temporaryStore().items('step');
    expect(() =>
      items.add([
        { index: 0, value: 1 },
        { index: 1, value: NaN },
      ]),
    ).toThrow(TypeError);
    expect(items.list()).toEqual([]);
  });
});
