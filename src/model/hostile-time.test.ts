import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { tinyGgufTensors, tinyMetadata, writeGguf } from './gguf.fixture.ts';
import { readGguf } from './gguf.ts';
it('times', async () => {
  const { tensors, data } = tinyGgufTensors();
  const whole = writeGguf(tinyMetadata(), tensors, data);
  const path = join(mkdtempSync(join(tmpdir(), 'h-')), 'x.gguf');
  const time = async (label: string, bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    const t = performance.now();
    let m = 'ok';
    try { await readGguf(path); } catch (e) { m = String(e).slice(0, 200); }
    console.log(label, Math.round(performance.now() - t), 'ms', Math.round(process.memoryUsage().rss / 1e6), 'MB', m);
  };
  for (const v of [1, 16, 64, 152]) { const d = whole.slice(); d[10] = v; await time(`tensor count byte10=${v}`, d); }
  for (const v of [1, 255]) { const d = whole.slice(); d[17] = v; await time(`kv count byte17=${v}`, d); }
  { const d = whole.slice(); d[18] = 1; await time('kv count byte18=1', d); }
  // array of arrays: lengths 1M of zero-length u8 arrays
  const nested = (len: number, depth: number): Uint8Array => {
    const h: number[] = [...new TextEncoder().encode('GGUF'), 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 97, 9, 0, 0, 0];
    for (let i = 0; i < depth; i++) { h.push(i === depth - 1 ? 8 : 9, 0, 0, 0, ...new Uint8Array(BigUint64Array.of(BigInt(len)).buffer)); }
    const out = new Uint8Array(4096); out.set(h); return out;
  };
  await time('1M strings', nested(1_000_000, 1));
  await time('1M arrays', nested(1_000_000, 2));
  await time('1M u8', (() => { const n = nested(1_000_000, 1); n[37] = 0; return n; })());
}, 600_000);
