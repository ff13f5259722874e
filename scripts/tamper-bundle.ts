import {
  copyFileSync,
  mkdtempSync,
  openSync,
  closeSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRng } from '../src/base/rng.ts';
import { verifyBundle } from '../src/evidence/verify-bundle.ts';

/**
 * `npm run validate:bundle -- FILE [--count 100 --seed 1 --full]`
 *
 * Verifies a bundle, then changes one random byte of a copy at a time and verifies that: every
 * change must be found. With `--full` every check runs on every copy, without it the container's
 * alone, which must find them all by itself. Exits 1 when one is missed.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    full: { type: 'boolean', default: false },
  },
});
const [bundle = 'study.bundle.tar'] = positionals;
const folder = mkdtempSync(join(tmpdir(), 'informant-tamper-'));
const copy = join(folder, 'copy.tar');
copyFileSync(bundle, copy);
const { size } = statSync(bundle);

const start = performance.now();
const whole = await verifyBundle(bundle);
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(`untouched: ${whole.ok ? 'holds' : 'does not hold'}, ${size} bytes, ${seconds} s`);
for (const { check, member, message } of whole.findings)
  console.log(`  ${check}: ${member}: ${message}`);

const rng = createRng('tamper', values.seed);
const count = Number(values.count);
const missed: number[] = [];
for (let i = 0; i < count; i++) {
  const offset = rng.int(size);
  const before = flip(offset, 1 + rng.int(255));
  const result = await verifyBundle(copy, { containerOnly: !values.full });
  if (result.ok) missed.push(offset);
  restore(offset, before);
}
console.log(`${count - missed.length} of ${count} single-byte changes found`);
if (missed.length > 0) console.log(`missed at bytes ${missed.join(', ')}`);
rmSync(folder, { recursive: true });
process.exitCode = missed.length === 0 && whole.ok ? 0 : 1;

/** Changes a byte of the copy and returns what it was. */
function flip(offset: number, mask: number): number {
  const file = openSync(copy, 'r+');
  const byte = new Uint8Array(1);
  readSync(file, byte, 0, 1, offset);
  const before = byte[0] ?? 0;
  writeSync(file, Uint8Array.of(before ^ mask), 0, 1, offset);
  closeSync(file);
  return before;
}

function restore(offset: number, value: number): void {
  const file = openSync(copy, 'r+');
  writeSync(file, Uint8Array.of(value), 0, 1, offset);
  closeSync(file);
}
