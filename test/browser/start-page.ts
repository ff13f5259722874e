import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../../src/base/json.ts';
import { launch } from './chromium.ts';

const bin = resolve(import.meta.dirname, '../../bin/informant.js');
const startedSchema = z.object({ url: z.string() });

/** A server and a browser on one store. */
export interface Site {
  /** A page at a hash address such as `#/s/tiny`; closed when the test ends. */
  open(address: string, options?: BrowserContextOptions): Promise<VisitedPage>;
  /** Ends the server as a crash would. */
  killServer(): Promise<void>;
  /** Starts it again where it was. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** A page, and what it complained about: script errors, refused requests, broken policies. */
export interface VisitedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/** How the server's process is started, where that matters. */
export type ServerProcess = Pick<SpawnOptions, 'uid' | 'gid' | 'env'>;

/** Starts the built server on a store and a browser for it. */
export async function startSite(storeDir: string, process: ServerProcess = {}): Promise<Site> {
  let server = await startServer(storeDir, '0', process);
  const { root } = server;
  const browser = await launch();
  return {
    open: async (address, options = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        ...options,
      });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(`${root}${address}`);
      await page.locator('h1').waitFor();
      return { page, complaints };
    },
    killServer: () => server.end('SIGKILL'),
    startAgain: async () => {
      server = await startServer(storeDir, new URL(root).port, process);
    },
    stop: async () => {
      await browser.close();
      await server.end('SIGINT');
    },
  };
}

interface Server {
  /** Address without a hash. */
  readonly root: string;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function startServer(
  storeDir: string,
  port: string,
  options: ServerProcess,
): Promise<Server> {
  const args = [bin, 'serve', '--store', storeDir, '--port', port, '--json'];
  const server = spawn(process.execPath, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = ending(server);
  const line = await new Promise<string>((found, failed) => {
    createInterface({ input: server.stdout }).once('line', found);
    void ended.then(() => failed(new Error('the server ended before it began')));
  });
  const { url } = startedSchema.parse(parseJson(line));
  return {
    root: url.split('#', 1)[0] ?? url,
    end: async (signal) => {
      server.kill(signal);
      await ended;
    },
  };
}

/** Resolves when a process is gone, at once if it is gone already. */
export function ending(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return Promise.resolve();
  return new Promise((done) => process.on('close', () => done()));
}

/** The command line in a terminal of its own. */
export function informant(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [bin, ...args], { stdio: 'ignore' });
}
