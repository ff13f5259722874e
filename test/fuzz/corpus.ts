import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { sha256 } from '../../src/base/digest.ts';
import { FORMATS, type HostileCase } from './hostile-case.ts';

/** A case that once was a bug, with what it did; files are gzipped and base64-encoded. */
const savedSchema = z.object({
  format: z.enum(FORMATS),
  found: z.string(),
  /** What must become of it: some files are harmless to a loader that does not believe them. */
  now: z.enum(['accepted', 'refused']),
  files: z.record(z.string(), z.string()),
});

/** Writes a case into a folder, under a name made of its content; returns the path. */
export function saveCase(folder: string, hostile: HostileCase, found: string): string {
  mkdirSync(folder, { recursive: true });
  const files = Object.fromEntries(
    [...hostile.files].map(([name, bytes]) => [
      name,
      gzipSync(bytes, { level: 9 }).toString('base64'),
    ]),
  );
  const digest = sha256(JSON.stringify(files)).slice(0, 10);
  const path = join(folder, `${hostile.format.replaceAll(/[ .]/g, '-')}-${digest}.json`);
  writeFileSync(
    path,
    `${JSON.stringify({ format: hostile.format, found, now: 'refused', files }, null, 2)}\n`,
  );
  return path;
}

/** All cases of a folder with their file names. */
export function readCases(folder: string): {
  readonly name: string;
  readonly found: string;
  readonly now: 'accepted' | 'refused';
  readonly hostile: HostileCase;
}[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const saved = savedSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      const files = new Map(
        Object.entries(saved.files).map(([file, packed]) => [
          file,
          new Uint8Array(gunzipSync(Buffer.from(packed, 'base64'))),
        ]),
      );
      return { name, found: saved.found, now: saved.now, hostile: { format: saved.format, files } };
    });
}
