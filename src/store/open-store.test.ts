import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CompiledSources,
  compileSources,
  outcomeOf,
} from '../../test/support/child-process.ts';
import { temporaryFolder, temporaryStore } from '../../test/support/temporary-store.ts';
import { defaultStoreDir, openStore } from './open-store.ts';

describe('openStore', () => {
  it('keeps everything between two openings', () => {
    const first = temporaryStore();
    const digest = first.objects.put('text');
    first.ledger.append('owl', 'registered', null);
    first.items('k').add([{ index: 0, value: 'row' }]);
    first.close();
    const second = openStore(first.dir, { mode: 'read' });
    expect(new TextDecoder().decode(second.objects.get(digest))).toBe('text');
    expect(second.ledger.list('owl')).toHaveLength(1);
    expect(second.items('k').list()).toHaveLength(1);
    second.close();
  });

  it('leaves a database file that is complete without its write-ahead log', () => {
    const first = temporaryStore();
    first.ledger.append('owl', 'registered', null);
    first.close();
    const copy = temporaryFolder();
    copyFileSync(join(first.dir, 'informant.db'), join(copy, 'informant.db'));
    const second = openStore(copy, { mode: 'read' });
    expect(second.ledger.list('owl')).toHaveLength(1);
    second.close();
  });

  it('reads while another connection writes', () => {
    const writer = temporaryStore();
    const reader = openStore(writer.dir, { mode: 'read' });
    writer.ledger.append('owl', 'registered', null);
    expect(reader.ledger.list('owl')).toHaveLength(1);
    expect(() => reader.ledger.append('owl', 'more', null)).toThrow(
      expect.objectContaining({ code: 'store-not-writable' }),
    );
    reader.close();
  });

  it('stays out of version control and beside the study', () => {
    expect(readFileSync(join(temporaryStore().dir, '.gitignore'), 'utf8')).toBe('*\n');
    expect(defaultStoreDir('studies/owl.yaml')).toBe(resolve('studies/.informant'));
  });

  it('says how to get a store when there is none to read', () => {
    const hint: unknown = expect.stringContaining('informant run');
    expect(() => openStore(temporaryFolder(), { mode: 'read' })).toThrow(
      expect.objectContaining({ code: 'no-store', exitCode: 2, hint }),
    );
  });

  it('refuses a path that is a file', () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, '');
    expect(() => openStore(path, { mode: 'write' })).toThrow(
      expect.objectContaining({ code: 'store-not-writable', exitCode: 2 }),
    );
  });
});

/** Root may write anywhere, so the process under test runs as somebody else then. */
const unprivileged = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

describe.skipIf(process.platform === 'win32')('a read-only folder', () => {
  let sources: CompiledSources;
  let parent: string;
  beforeAll(() => {
    sources = compileSources(['src/store/open-store.ts']);
    parent = mkdtempSync(join(tmpdir(), 'informant-test-'));
    chmodSync(parent, 0o755);
  });
  afterAll(() => {
    sources.remove();
    chmodSync(join(parent, 'store'), 0o755);
    rmSync(parent, { recursive: true, force: true });
  });

  it('can be read and not written, and the error says how to change that', async () => {
    const dir = join(parent, 'store');
    const store = openStore(dir, { mode: 'write' });
    store.ledger.append('owl', 'registered', null);
    store.close();
    chmodSync(join(dir, 'informant.db'), 0o444);
    chmodSync(dir, 0o555);
    const program = `
      import { openStore } from './src/store/open-store.js';
      const answers = [];
      for (const [dir, mode] of JSON.parse(process.argv[2])) {
        try {
          const store = openStore(dir, { mode });
          answers.push({ events: store.ledger.list('owl').length });
          store.close();
        } catch ({ code, message, hint, exitCode }) {
          answers.push({ code, message, hint, exitCode });
        }
      }
      console.log(JSON.stringify(answers));`;
    const openings = [
      [dir, 'read'],
      [dir, 'write'],
      [join(dir, 'below'), 'write'],
    ];
    const child = sources.start(program, [JSON.stringify(openings)], unprivileged);
    const { output } = await outcomeOf(child);
    expect(JSON.parse(output)).toEqual([
      { events: 1 },
      {
        code: 'store-not-writable',
        message: expect.stringContaining(dir),
        hint: expect.stringContaining('chmod'),
        exitCode: 2,
      },
      {
        code: 'store-not-writable',
        message: `cannot write to the store ${join(dir, 'below')}: permission denied`,
        hint: expect.stringContaining('chmod'),
        exitCode: 2,
      },
    ]);
  });
});
