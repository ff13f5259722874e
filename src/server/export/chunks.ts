import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes chunks of an exported folder and counts what it writes. */
export interface ChunkWriter {
  /** Writes one chunk and returns its name. */
  add(name: string, value: unknown): string;
  /** The script that comes first, with the index. */
  finish(index: unknown): { readonly files: number; readonly bytes: number };
}

/** A writer of `<dir>/data`. */
export function createChunkWriter(dir: string): ChunkWriter {
  const folder = join(dir, 'data');
  mkdirSync(folder, { recursive: true });
  let files = 0;
  let bytes = 0;
  const write = (name: string, script: string): void => {
    writeFileSync(join(folder, `${name}.js`), script);
    files++;
    bytes += Buffer.byteLength(script);
  };
  return {
    add: (name, value) => {
      write(
        name,
        `globalThis.informantOffline.chunks[${scriptText(name)}]=${scriptText(JSON.stringify(value))};\n`,
      );
      return name;
    },
    finish: (index) => {
      const text = scriptText(JSON.stringify(index));
      write('index', `globalThis.informantOffline={index:${text},chunks:{}};\n`);
      return { files, bytes };
    },
  };
}

/**
 * A text as a script's string literal that stays one wherever the script stands: it can close no
 * element, open no comment and end no line.
 */
export function scriptText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>\u2028\u2029]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
