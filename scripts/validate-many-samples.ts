import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openStore } from '../src/store/open-store.ts';
import {
  AT_RISK,
  committedItems,
  manySamplesStep,
  runManySamples,
} from './many-samples/audit-child.ts';

/**
 * `npm run validate:samples [-- --samples 10000]`
 *
 * The audit stage over many samples with a scripted backend, each run in a process of its own:
 * peak memory against a tenth of the samples; a run killed (SIGKILL) halfway and resumed, with
 * every item it sampled counted; rows found by filter. Exits 1 when memory grows by more than
 * 32 MB, an item whose row was kept is sampled again, or the results differ.
 */
const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '10000' },
    child: { type: 'string' },
    log: { type: 'string', default: '' },
  },
});
const samples = Number(values.samples);
const MOST_GROWTH_MB = 32;
/** So that memory which is held is told from garbage which nobody has collected yet. */
const HEAP_FLAG = '--max-old-space-size=48';

if (values.child !== undefined) {
  await runManySamples(samples, values.child, values.log);
  console.log(process.resourceUsage().maxRSS / 1024);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'informant-many-'));
  const at = (name: string): string => join(folder, name);
  const few = await audit(samples / 10, 'few').peakMb;
  const many = await audit(samples, 'many').peakMb;
  console.log(`peak memory: ${few.toFixed(0)} MB at ${samples / 10} samples`);
  console.log(`peak memory: ${many.toFixed(0)} MB at ${samples} samples`);

  const doomed = audit(samples, 'killed');
  while (seeds('killed.log').length < samples / 2) await sleep(5);
  doomed.kill();
  await doomed.peakMb.catch(() => undefined);
  const kept = await committedItems(samples, at('killed'));
  const before = seeds('killed.log');
  await audit(samples, 'killed').peakMb;
  const after = seeds('killed.log').slice(before.length);
  const again = after.filter((seed) => before.slice(0, kept).includes(seed)).length;
  console.log(`killed with ${kept} of ${samples} rows kept, ${before.length} items sampled`);
  console.log(`resumed: ${after.length} items sampled, ${again} of them kept before`);

  const { key } = await manySamplesStep(samples);
  const artifacts = ['many', 'killed'].map((name) => {
    const store = openStore(at(name), { mode: 'read' });
    const artifact = store.steps.find(key)?.artifact;
    store.close();
    return artifact;
  });
  const store = openStore(at('many'), { mode: 'read' });
  const count = store.samples.counts({ stepKeys: [key] }).reduce((sum, one) => sum + one.count, 0);
  const [first] = store.samples.list({ stepKeys: [key] }, { limit: 1 });
  const start = performance.now();
  const found = store.samples.list(
    { stepKeys: [key], probeId: first!.probeId },
    { limit: samples },
  );
  const ms = performance.now() - start;
  store.close();
  console.log(`${found.length} of ${count} rows found by probe in ${ms.toFixed(1)} ms`);

  const checks: readonly (readonly [string, boolean])[] = [
    [`memory grows by at most ${MOST_GROWTH_MB} MB`, many - few <= MOST_GROWTH_MB],
    ['no kept item is sampled again', again === 0 && kept + after.length === samples],
    ['a kill costs one batch at most', before.length - kept <= AT_RISK],
    ['same bytes killed or not', artifacts[0] !== undefined && artifacts[0] === artifacts[1]],
    ['every row is listed', count === samples && found.length === samples / 50],
  ];
  for (const [what, holds] of checks) console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}`);
  rmSync(folder, { recursive: true });
  process.exitCode = checks.every(([, holds]) => holds) ? 0 : 1;

  function seeds(name: string): string[] {
    try {
      return readFileSync(at(name), 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }

  function audit(count: number, name: string): { peakMb: Promise<number>; kill: () => void } {
    const args = ['--samples', String(count), '--child', at(name), '--log', at(`${name}.log`)];
    const script = fileURLToPath(import.meta.url);
    const child = spawn(process.execPath, [HEAP_FLAG, script, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const peakMb = new Promise<number>((settle, reject) => {
      child.on('close', (code) =>
        code === 0 ? settle(Number(output)) : reject(new Error(`the audit ended with ${code}`)),
      );
    });
    return { peakMb, kill: () => child.kill('SIGKILL') };
  }
}
