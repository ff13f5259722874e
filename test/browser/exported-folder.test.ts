import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { workError } from '../../src/base/errors.ts';
import { smallStudy } from '../../src/evidence/finished-study.fixture.ts';
import { exportPage } from '../../src/server/export/export-page.ts';
import { openStore } from '../../src/store/open-store.ts';
import { defineStudy } from '../../src/study/load-study.ts';
import { moralBackend, pocketFolder } from '../../src/study/pocket-study.fixture.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { temporaryFolder } from '../support/temporary-store.ts';
import { seriousIssues } from './axe.ts';
import { describeInBrowser, launch } from './chromium.ts';
import { finishedStore } from './finished-store.ts';
import { startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const SCREENS = ['', '/arms', '/pipeline', '/samples', '/judge', '/leads', '/ledger'];
const AT = new Date('2026-01-31T09:30:00Z');

describeInBrowser('an exported folder', () => {
  let store: Awaited<ReturnType<typeof finishedStore>>;
  let browser: Browser;
  beforeAll(async () => {
    store = await finishedStore();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    store?.dispose();
  });

  /** Exports the study and opens the folder as a file. */
  const open = async (storeDir = store.storeDir) => {
    const opened = openStore(storeDir, { mode: 'read' });
    const folder = join(temporaryFolder(), 'tiny');
    try {
      const study = opened.studies.find('tiny')!;
      await exportPage(opened, study, folder, { replace: false, now: AT });
    } finally {
      opened.close();
    }
    const context = await browser.newContext({ viewport: { width: 900, height: 900 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const root = pathToFileURL(join(folder, 'index.html')).href;
    const go = async (address: string): Promise<void> => {
      await page.goto(`${root}${address}`);
      await page.locator('h1').waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
    };
    return { page, go, complaints };
  };

  const buttons = (page: Page) => page.locator('main button').allTextContents();

  it('says on every screen that it is one and of when, and offers nothing it cannot do', async () => {
    const { page, go, complaints } = await open();
    for (const address of ['#/', ...SCREENS.map((screen) => `#/s/tiny${screen}`)]) {
      await go(address);
      const top = page.locator('.top');
      await expect
        .poll(() => top.textContent(), { message: address })
        .toContain('Export of 2026-01-31 09:30');
      expect(await top.textContent(), address).not.toContain('live');
      const named = await buttons(page);
      expect(named, address).not.toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^(Start|Go on|Pause|Verify|Replay|Export)/),
        ]),
      );
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(900);
    }
    expect(complaints).toEqual([]);
  });

  it('says where the rest is done', async () => {
    const { page, go } = await open();
    await go('#/s/tiny/ledger');
    expect(await page.locator('.verify').textContent()).toContain(
      'informant verdict tiny --replay',
    );
    await go('#/s/tiny/leads');
    expect(await page.locator('main').textContent()).toContain('informant replay tiny');
    await go('#/s/tiny/samples/1');
    await page.locator('.message').first().waitFor();
    expect(await page.locator('.side-part textarea').count()).toBe(0);
    expect(await seriousIssues(page)).toEqual([]);
  });

  it('shows a study without a verdict as it stood, and nothing moves', async () => {
    const { folder, dispose } = pocketFolder();
    onTestFinished(dispose);
    const storeDir = join(folder, 'store');
    const train = () => {
      throw workError('broken', 'it broke');
    };
    const backend = await moralBackend(folder, { train });
    await runStudy({ study: defineStudy(smallStudy(), folder), storeDir, backend });
    // As a run that was killed leaves it.
    const killed = openStore(storeDir, { mode: 'write' });
    killed.studies.setStatus('tiny', 'running');
    killed.close();
    const { page, go } = await open(storeDir);
    await go('#/s/tiny');
    await page.getByRole('heading', { name: 'No verdict of tiny yet' }).waitFor();
    expect(await buttons(page)).not.toContain('Go on');
    await go('#/s/tiny/leads');
    await page.getByRole('heading', { name: 'There is no verdict yet' }).waitFor();
    await go('#/s/tiny/pipeline');
    const moving = `document.getAnimations().filter((one) => one.playState === 'running').length`;
    expect(await page.evaluate(moving)).toBe(0);
  });

  it('is written from every screen and says where to', async () => {
    const site = await startSite(store.storeDir);
    try {
      const { page, complaints } = await site.open('#/s/tiny');
      const button = page.getByRole('button', { name: 'Export' });
      for (const screen of SCREENS) {
        await page.goto(new URL(`#/s/tiny${screen}`, page.url()).href);
        await button.waitFor();
      }
      await button.click();
      await page.locator('.export code').waitFor({ timeout: 90_000 });
      expect(await page.locator('.export code').textContent()).toMatch(/exports.tiny$/);
      expect(complaints).toEqual([]);
    } finally {
      await site.stop();
    }
  });

  it('is not what a server gives, which is asked for rows before the page is read, and once', async () => {
    const site = await startSite(store.storeDir);
    try {
      const { page } = await site.open('#/');
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      const address = new URL('#/s/tiny/samples', page.url()).href;
      await page.goto('about:blank');
      asked.length = 0;
      await page.goto(address);
      await page.locator('.grid-space a').first().waitFor();
      const samples = asked.filter((path) => path === '/api/studies/tiny/samples');
      expect(samples).toHaveLength(1);
      const at = (part: string): number => asked.findIndex((path) => path.includes(part));
      expect(at('/samples-screen-')).toBeGreaterThan(0);
      expect(at('/api/studies/tiny/samples')).toBeLessThan(asked.lastIndexOf('/api/studies'));
    } finally {
      await site.stop();
    }
  });
});
