import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRng } from '../../src/base/rng.ts';
import { openStore } from '../../src/store/open-store.ts';

/**
 * `npm run test:kill [-- --study examples/pocket.yaml --kills 10 --seconds 12 --seed 1]`
 *
 * Kills a study (SIGKILL) at random moments, resumes it each time, and compares it with the same
 * study left alone: same verdict, byte for byte, no step carried through twice, a clean store.
 * Exits 1 when any of that does not hold.
 */
const { values } = parseArgs({
  options: {
    study: { type: 'string', default: 'examples/pocket.yaml' },
    kills: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
  },
});
const kills = Number(values.kills);
const rng = createRng('kill', values.seed);
const bin = resolve('bin/informant.js');
const folder = mkdtempSync(join(tmpdir(), 'informant-kill-'));

const killed = join(folder, 'killed');
for (let i = 1; i <= kills; i++) {
  const ms = Math.round(500 + rng.next() * Number(values.seconds) * 1000);
  const child = spawn(process.execPath, [bin, 'run', values.study, '--store', killed], {
    stdio: 'ignore',
  });
  const ended = new Promise<string>((settle) =>
    child.on('close', (code, signal) => settle(signal ?? `exit code ${code}`)),
  );
  const how = await Promise.race([ended, sleep(ms)]);
  child.kill('SIGKILL');
  await ended;
  console.log(
    `kill ${i} of ${kills} after ${ms} ms${how === undefined ? '' : `: too late, ${how}`}`,
  );
}
const verdicts = [await verdictOf(killed), await verdictOf(join(folder, 'undisturbed'))];
const verify = await informant(['store', 'verify', '--store', killed, '--json']);
const store = openStore(killed, { mode: 'read' });
const twice = store.steps.list().filter(({ computed }) => computed > 1);
store.close();

const checks: readonly (readonly [string, boolean])[] = [
  ['same verdict, byte for byte', verdicts[0] === verdicts[1]],
  ['no step carried through twice', twice.length === 0],
  ['store verifies', verify.exitCode === 0],
];
for (const [what, holds] of checks) console.log(`${holds ? 'ok    ' : 'FAILED'}  ${what}`);
if (checks.every(([, holds]) => holds)) rmSync(folder, { recursive: true });
else console.log(`stores kept in ${folder}`);
process.exitCode = checks.every(([, holds]) => holds) ? 0 : 1;

async function verdictOf(dir: string): Promise<string> {
  const run = await informant(['run', values.study, '--store', dir]);
  if (run.exitCode !== 0) throw new Error(`the study ended with exit code ${run.exitCode}`);
  return (await informant(['verdict', values.study, '--store', dir, '--json'])).output;
}

async function informant(
  args: readonly string[],
): Promise<{ readonly output: string; readonly exitCode: number | null }> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((settle) => {
    child.on('close', (exitCode) => settle({ output, exitCode }));
  });
}
