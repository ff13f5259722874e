import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Sources compiled to JavaScript, for tests that need processes of their own. */
export interface CompiledSources {
  /** Starts a process whose program may import compiled files as `./src/…/file.js`. */
  start(program: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  remove(): void;
}

/** Compiles the given files (paths from the repository root) and whatever they import. */
export function compileSources(files: readonly string[]): CompiledSources {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'informant-test-'));
  // Readable for processes that run as somebody else.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noEmit: false, noCheck: true, rootDir: root, outDir: folder },
      files: files.map((file) => join(root, file)),
      include: [],
    }),
  );
  execFileSync(process.execPath, [
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    join(folder, 'tsconfig.json'),
  ]);
  let programs = 0;
  return {
    start: (program, args, options = {}) => {
      const file = join(folder, `program-${programs++}.js`);
      writeFileSync(file, program);
      return spawn(process.execPath, [file, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
        ...options,
      });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Everything a process wrote to its standard output, and how it ended. */
export async function outcomeOf(
  child: ChildProcess,
): Promise<{ output: string; exitCode: number | null; signal: NodeJS.Signals | null }> {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((settle) => {
    child.on('close', (exitCode, signal) => settle({ output, exitCode, signal }));
  });
}

/** Waits until a process has written `text` to its standard output. */
export async function waitForOutput(child: ChildProcess, text: string): Promise<void> {
  let output = '';
  return new Promise((settle, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      if (output.includes(text)) settle();
    });
    child.on('close', () => reject(new Error(`the process ended without writing "${text}"`)));
  });
}
