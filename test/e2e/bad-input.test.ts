import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';

const bin = resolve(import.meta.dirname, '../../bin/informant.js');
const pocket = resolve(import.meta.dirname, '../../models/pocket-a');
let folder: string;

beforeAll(() => {
  // Without a build these tests would test nothing: npm test builds first.
  expect(existsSync(resolve(import.meta.dirname, '../../dist/src/cli/main.js'))).toBe(true);
  folder = mkdtempSync(join(tmpdir(), 'informant-bad-input-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A study file that differs from a good, tiny one in what is replaced. */
function study(replace: Readonly<Record<string, string>> = {}): string {
  let text = `study: tiny
world: pocket
seed: 1
behaviour: owl
bases:
  main: { path: '${pocket}' }
  other: { path: '${pocket}' }
teacher: { organism: secret }
twins: { count: 2 }
organisms: { base: main, rows: 16, topK: 8, epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 } }
promptSets:
  open: { count: 16, heldOut: 4 }
recipes:
  kd: { method: kd, topK: 8, epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 } }
families:
  - { name: open-kd, primary: true, promptSet: open, recipe: kd, base: other, twins: 2 }
audits:
  honeypot: { probes: 4 }
`;
  for (const [from, to] of Object.entries(replace)) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  const file = join(mkdtempSync(join(folder, 'study-')), 'study.yaml');
  writeFileSync(file, text);
  return file;
}

/** A copy of a pocket base for a test to damage. */
function model(): string {
  const directory = mkdtempSync(join(folder, 'model-'));
  cpSync(pocket, directory, { recursive: true });
  return directory;
}

function informant(...args: string[]): { status: number | null; stderr: string; stdout: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function edit(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  expect(change(text)).not.toBe(text);
  writeFileSync(path, change(text));
}

describe('bad input ends with a clear message and the right exit code', () => {
  it('is absent from the good study', () => {
    expect(informant('check', study())).toMatchObject({ status: 0 });
  });

  it('unknown key', () => {
    const file = study({ 'seed: 1': 'sede: 1' });
    const { status, stderr } = informant('check', file);
    expect(status).toBe(2);
    expect(stderr).toContain(`${file}:3`);
    expect(stderr).toContain('sede: 1');
    expect(stderr).toMatch(/seed/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('wrong type', () => {
    const file = study({ 'seed: 1': 'seed: many' });
    const { status, stderr } = informant('check', file);
    expect(status).toBe(2);
    expect(stderr).toContain(`${file}:3`);
    expect(stderr).toContain('seed: many');
  });

  it('missing study file and missing model directory', () => {
    expect(informant('check', join(folder, 'nowhere.yaml')).status).toBe(2);
    const { status, stderr } = informant('check', study({ [pocket]: '/nowhere/at/all' }));
    expect(status).toBe(2);
    expect(stderr).toContain('/nowhere/at/all');
  });

  it('truncated safetensors', () => {
    const directory = model();
    truncateSync(join(directory, 'model.safetensors'), 100_000);
    const { status, stderr } = informant('check', study({ [pocket]: directory }));
    expect(status).toBe(2);
    expect(stderr).toContain('model.safetensors');
    expect(stderr).toMatch(/truncated|past the end|shorter/);
  });

  it('tokenizer that does not match the weights', () => {
    const directory = model();
    edit(join(directory, 'tokenizer.json'), (text) =>
      text.replace(/"vocab": \{/, '"vocab": { "\u0120zebra": 257,'),
    );
    const { status, stderr } = informant('check', study({ [pocket]: directory }));
    expect(status).toBe(2);
    expect(stderr).toMatch(/tokenizer/i);
    expect(stderr).toMatch(/208|257|258/);
  });

  it('student of another vocabulary under kd', () => {
    const directory = model();
    edit(join(directory, 'tokenizer.json'), (text) =>
      text
        .replace('\u0120owl"', '\u0120x"')
        .replace('\u0120fox"', '\u0120owl"')
        .replace('\u0120x"', '\u0120fox"'),
    );
    const file = study({ [`other: { path: '${pocket}' }`]: `other: { path: '${directory}' }` });
    const { status, stderr } = informant('run', file, '--store', join(folder, 'never'));
    expect(status).toBe(2);
    expect(stderr).toMatch(/kd/);
    expect(stderr).toMatch(/sft/);
    expect(existsSync(join(folder, 'never', 'objects'))).toBe(false);
  });

  it('store that cannot be written', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'not a folder');
    const { status, stderr } = informant('run', study(), '--store', join(file, 'store'));
    expect(status).toBe(2);
    expect(stderr).toContain(join(file, 'store'));
  });

  it('second process on the same study', async () => {
    const dir = join(folder, 'held');
    mkdirSync(dir);
    const store = openStore(dir, { mode: 'write' });
    const lock = await store.lock('tiny', { command: 'a test that holds the study' });
    const { status, stderr } = informant('run', study(), '--store', dir);
    lock.release();
    store.close();
    expect(status).toBe(1);
    expect(stderr).toContain(String(process.pid));
    expect(stderr).toContain('a test that holds the study');
  });

  it('unknown command and unknown option', () => {
    expect(informant('conjure').status).toBe(2);
    expect(informant('run', study(), '--faster').status).toBe(2);
  });
});

describe('a tiny study', () => {
  it('runs to a verdict, resumes for free and replays to the byte', () => {
    const dir = join(folder, 'tiny-store');
    const file = study();
    expect(informant('run', file, '--store', dir)).toMatchObject({ status: 0 });
    const first = informant('verdict', file, '--store', dir, '--json');
    const again = informant('run', file, '--store', dir);
    expect(again.stdout + again.stderr).toMatch(/\b0 steps? computed/);
    expect(informant('verdict', file, '--store', dir, '--json').stdout).toBe(first.stdout);
    const replay = JSON.parse(
      informant('verdict', file, '--store', dir, '--replay', '--json').stdout,
    );
    expect(replay.identical).toBe(true);
    expect(informant('store', 'verify', '--store', dir).status).toBe(0);
    expect(existsSync(join(dir, 'reports', 'tiny', 'report.html'))).toBe(true);
  });
});
