import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-store.ts';
import { writeFileAtomic } from './files.ts';

describe('writeFileAtomic', () => {
  it('writes text and bytes, makes folders, and replaces what was there', () => {
    const path = join(temporaryFolder(), 'a', 'b.txt');
    writeFileAtomic(path, 'größer');
    expect(readFileSync(path, 'utf8')).toBe('größer');
    writeFileAtomic(path, Uint8Array.of(1, 2));
    expect([...readFileSync(path)]).toEqual([1, 2]);
    expect(readdirSync(join(path, '..'))).toEqual(['b.txt']);
  });

  it('leaves nothing behind when it fails', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'taken');
    mkdirSync(join(path, 'by-a-folder'), { recursive: true });
    expect(() => writeFileAtomic(path, 'x')).toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(readdirSync(folder)).toEqual(['taken']);
    expect(existsSync(join(path, 'by-a-folder'))).toBe(true);
  });
});
