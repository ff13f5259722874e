import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRng } from '../src/base/rng.ts';
import { sha256 } from '../src/base/digest.ts';

/**
 * `npm run validate:same [-- --study examples/pocket.yaml --stops 5 --seconds 20 --seed 1]`
 *
 * Runs a study once with one worker, and once from a copy of its folder elsewhere with two workers
 * and five stops (Ctrl-C or SIGKILL at random moments), and compares the verdicts byte for byte.
 * Exits 1 when they differ. Models named by relative paths must lie in the study's folder.
 */
const { values } = parseArgs({
  options: {
    study: { type: 'string', default: 'examples/pocket.yaml' },
    stops: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const bin = resolve('bin/informant.js');
const root = mkdtempSync(join(tmpdir(), 'informant-same-'));
const rng = createRng('same verdict', values.seed);

const copy = join(root, 'elsewhere', basename(dirname(resolve(values.study))));
mkdirSync(copy, { recursive: true });
cpSync(resolve(values.study), join(copy, basename(values.study)));
const moved = join(copy, basename(values.study));
for (let i = 1; i <= Number(values.stops); i++) {
  const child = start(['run', moved, '--workers', '2']);
  const ms = Math.round(1000 * (1 + rng.next() * Number(values.seconds)));
  const how = rng.next() < 0.5 ? 'SIGINT' : 'SIGKILL';
  await Promise.race([child.ended, sleep(ms)]);
  child.kill(how);
  await child.ended;
  console.log(`stop ${i}: ${how} after ${ms} ms`);
}
const second = await verdictOf(moved, ['--workers', '2']);
const first = await verdictOf(values.study, ['--workers', '1', '--store', join(root, 'one')]);
console.log(`one worker:              ${sha256(first)}`);
console.log(`elsewhere, stopped often: ${sha256(second)}`);
console.log(first === second ? 'ok: identical verdict bytes' : `FAILED: stores kept in ${root}`);
if (first === second) rmSync(root, { recursive: true });
process.exitCode = first === second ? 0 : 1;

async function verdictOf(study: string, flags: readonly string[]): Promise<string> {
  const { output, code } = await start(['run', study, ...flags, '--json']).ended;
  if (code !== 0) throw new Error(`the study ended with exit code ${code}`);
  const at = flags.indexOf('--store');
  const store = at < 0 ? [] : flags.slice(at, at + 2);
  return output === '' ? '' : (await start(['verdict', study, ...store, '--json']).ended).output;
}

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = new Promise<{ readonly output: string; readonly code: number | null }>((settle) => {
    child.on('close', (code) => settle({ output, code }));
  });
  return { ended, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}
