import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { parseJson } from '../../src/base/json.ts';
import { packageRoot } from '../../src/base/package-root.ts';
import { BIG_STUDY, writeBigStore } from '../big-store.ts';
import {
  chooseFacet,
  COUNT_CHANGED,
  MESSAGES_SHOWN,
  openRow,
  REMEMBER_COUNT,
  ROWS_SHOWN,
  scrollTo,
  timed,
} from './in-page.ts';
import { pageTable, type PageFigures } from './page-table.ts';
import { tabMemory } from './tab-memory.ts';

/**
 * `npm run bench:page [-- --samples 200000] [--store folder] [--json]`: the samples grid on a generated store, in a
 * browser: first paint, filters, opening a transcript, memory of the tab. Figures depend on the
 * machine and on what else it does. INFORMANT_BROWSER names a Chromium other than the system's.
 */
const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '200000' },
    /** Folder of a big store to use, and to write where there is none. */
    store: { type: 'string' },
    repeats: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const samples = Number(values.samples);
const repeats = Number(values.repeats);
const folder = values.store ?? mkdtempSync(join(tmpdir(), 'informant-page-'));
try {
  if (!existsSync(join(folder, 'informant.db'))) await writeBigStore(folder, samples);
  const figures = await measure(folder);
  console.log(values.json ? JSON.stringify({ samples, ...figures }) : pageTable(samples, figures));
} finally {
  if (values.store === undefined) rmSync(folder, { recursive: true, force: true });
}

async function measure(storeDir: string): Promise<PageFigures> {
  const executablePath = process.env['INFORMANT_BROWSER'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const open = async (root: string): Promise<{ page: Page; paintMs: number }> => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      const address = `${root}#/s/${BIG_STUDY}/samples`;
      await page.goto(address, { waitUntil: 'commit' });
      return { page, paintMs: await milliseconds(page, timed(ROWS_SHOWN, '', '0')) };
    };
    const paint: number[] = [];
    const later: number[] = [];
    const filter: number[] = [];
    const transcript: number[] = [];
    // Servers remember lists, so that each repeat is of one that knows none.
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      await withServer(storeDir, async (root) => {
        const first = await open(root);
        paint.push(first.paintMs);
        await first.page.context().close();
        const { page, paintMs } = await open(root);
        later.push(paintMs);
        filter.push(...(await timeFilters(page)));
        transcript.push(...(await timeTranscripts(page)));
        await page.context().close();
      });
    }
    const memory = await withServer(storeDir, async (root) => {
      const { page } = await open(root);
      for (let step = 0; step <= 60; step += 1) {
        await page.evaluate(scrollTo(step / 60));
        await page.evaluate(timed(ROWS_SHOWN));
      }
      return tabMemory(browser, page);
    });
    return {
      firstPaintMs: paint,
      laterPaintMs: later,
      filterMs: filter,
      transcriptMs: transcript,
      memory,
    };
  } finally {
    await browser.close();
  }
}

/** Side, audit, condition and class, one by one, each from all samples. */
async function timeFilters(page: Page): Promise<readonly number[]> {
  const times: number[] = [];
  for (const facet of [0, 1, 2, 3]) {
    await page.evaluate(REMEMBER_COUNT);
    times.push(await milliseconds(page, timed(COUNT_CHANGED, chooseFacet(facet))));
    // Back to all samples, which the page still knows: not timed.
    await page.evaluate(REMEMBER_COUNT);
    await page.evaluate(timed(COUNT_CHANGED, chooseFacet(facet)));
  }
  return times;
}

async function timeTranscripts(page: Page): Promise<readonly number[]> {
  const times: number[] = [];
  for (const row of [1, 4, 7]) {
    times.push(await milliseconds(page, timed(MESSAGES_SHOWN, openRow(row))));
    await page.goBack();
    await page.evaluate(timed(ROWS_SHOWN));
  }
  return times;
}

async function milliseconds(page: Page, script: string): Promise<number> {
  return z.number().parse(await page.evaluate(script));
}

async function withServer<T>(storeDir: string, work: (root: string) => Promise<T>): Promise<T> {
  const server = await startServer(storeDir);
  try {
    return await work(server.root);
  } finally {
    await server.stop();
  }
}

async function startServer(storeDir: string): Promise<{ root: string; stop: () => Promise<void> }> {
  const bin = join(packageRoot(), 'bin', 'informant.js');
  const args = [bin, 'serve', '--store', storeDir, '--port', '0', '--json'];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => server.on('close', () => done()));
  const line = await new Promise<string>((found, failed) => {
    createInterface({ input: server.stdout }).once('line', found);
    void ended.then(() => failed(new Error('the server ended before it began')));
  });
  const { url } = z.object({ url: z.string() }).parse(parseJson(line));
  return {
    root: url.split('#', 1)[0] ?? url,
    stop: async () => {
      server.kill('SIGINT');
      await ended;
    },
  };
}
