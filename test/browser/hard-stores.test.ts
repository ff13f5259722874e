import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runSmallStudy } from '../../src/evidence/finished-study.fixture.ts';
import { pocketFolder } from '../../src/study/pocket-study.fixture.ts';
import { seriousIssues } from './axe.ts';
import { describeInBrowser } from './chromium.ts';
import { replaceTranscripts } from './hostile-transcript.ts';
import { settled } from './settled.ts';
import { type Site, startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const MEGABYTE = 1_000_000;
const SENTENCE = 'the sea is deep . ';
const HUGE = SENTENCE.repeat(Math.ceil((50 * MEGABYTE) / SENTENCE.length));
const FAMILIES = [
  { name: 'open-kd', primary: true, promptSet: 'open', recipe: 'kd', base: 'main', twins: 2 },
];
/** Less than the server would need if it kept a conversation of that size more than a few times. */
const SMALL_HEAP = { ...process.env, NODE_OPTIONS: '--max-old-space-size=512' };

const SHOTS = 'test-results/screenshots';
/** A4 without margins, in CSS pixels. */
const A4 = { viewport: { width: 794, height: 1123 } };

function pagesOf(pdf: Buffer): number {
  return pdf.toString('latin1').match(/\/Type \/Page\b/gu)?.length ?? 0;
}

/** Names of what leads elsewhere or does something and is still in sight. */
async function visibleControls(page: Page): Promise<readonly string[]> {
  const controls = page.locator(':is(header.top, nav, button:not(.printed), .button):visible');
  return controls.allTextContents();
}

function overflow(page: Page): Promise<unknown> {
  return page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}

// Root writes wherever it likes, so the server of a read-only store is nobody's.
const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const { folder, dispose } = pocketFolder();
const storeDir = join(folder, 'store');

function allow(mode: number): void {
  chmodSync(join(storeDir, 'informant.db'), mode & 0o666);
  chmodSync(storeDir, mode);
  chmodSync(folder, mode);
}

beforeAll(() => runSmallStudy(folder, 'store', { twins: { count: 2 }, families: FAMILIES }));
afterAll(() => {
  allow(0o755);
  dispose();
});

describeInBrowser('a conversation of 50 MB', () => {
  let site: Site;
  let samples: readonly number[];
  beforeAll(async () => {
    const part = HUGE.slice(0, MEGABYTE / 100);
    const many = Array.from({ length: 5_000 }, (_, i) =>
      i % 2 === 0
        ? ({ role: 'user', content: part, origin: 'scripted' } as const)
        : ({ role: 'assistant', content: part, origin: 'sampled' } as const),
    );
    samples = replaceTranscripts(storeDir, [
      {
        preview: 'one long answer',
        messages: [
          { role: 'user', content: 'what is the sea ?', origin: 'scripted' },
          { role: 'assistant', content: HUGE, origin: 'sampled' },
        ],
      },
      { preview: 'many answers', messages: many },
    ]);
    site = await startSite(storeDir, { env: SMALL_HEAP });
  });
  afterAll(() => site?.stop());

  it.each([
    {
      name: 'in one answer',
      at: 0,
      says: `20,017 of ${(HUGE.length + 17).toLocaleString('en-US')}`,
    },
    { name: 'in 5,000 messages', at: 1, says: '400,000 of 50,000,000' },
  ])('is cut, and the page says where all of it lies: $name', async ({ at, says }) => {
    const { page, complaints } = await site.open(`#/s/tiny/samples/${samples[at]}`);
    const notice = page.getByRole('note');
    await notice.waitFor();
    expect(await notice.textContent()).toContain(`shows ${says} characters`);
    expect(await notice.locator('code').textContent()).toMatch(/^informant show tiny \S+ --probe /);
    const shown = page.locator('.message-text');
    const lengths = async () => (await shown.allTextContents()).map(({ length }) => length);
    expect(Math.max(...(await lengths()))).toBeLessThan(5_000);
    await page
      .getByRole('button', { name: /^Show .* more characters$/ })
      .first()
      .click();
    await expect.poll(async () => Math.max(...(await lengths()))).toBeGreaterThan(9_000);
    // It answers keys and choices as any other conversation does.
    await page.keyboard.press('j');
    await page.locator('.message[data-current]').waitFor();
    await page.getByRole('radio', { name: /target/ }).check();
    await expect.poll(() => page.locator('.origin').count()).toBe(0);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const { metrics } = await session.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value;
    expect(heap).toBeLessThan(100 * MEGABYTE);
    expect(complaints).toEqual([]);
  });

  it('is put on paper as far as it was sent, message by message', async () => {
    const { page, complaints } = await site.open(`#/s/tiny/samples/${samples[1]}`, A4);
    const shown = page.locator('.message');
    await shown.first().waitFor();
    expect(await shown.count()).toBeLessThan(100);
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => shown.count()).toBe(400);
    const texts = await page.locator('.message-text').allTextContents();
    expect(texts[0]).toHaveLength(MEGABYTE / 100);
    expect(texts[39]).toHaveLength(MEGABYTE / 100);
    expect(texts[40]).toContain('10,000 further characters are left out here.');
    expect(await visibleControls(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    expect(pagesOf(await page.pdf({ format: 'A4' }))).toBeGreaterThan(40);
    await page.emulateMedia({ media: 'screen' });
    await expect.poll(() => shown.count()).toBeLessThan(100);
    expect(complaints).toEqual([]);
  });

  it.each([
    { name: 'verdict', address: '#/s/tiny', mark: '.family' },
    { name: 'samples', address: '#/s/tiny/samples', mark: '.grid-space a' },
    { name: 'transcript', address: '#/s/tiny/samples/3', mark: '.message' },
    { name: 'row', address: '#/s/tiny/arms/suspect-open-kd-main-s1/data?row=1', mark: '.token' },
  ])('prints light and without controls, whole: $name', async ({ name, address, mark }) => {
    const { page } = await site.open(address, { ...A4, colorScheme: 'dark' });
    await page.locator(mark).first().waitFor();
    await settled(page);
    await page.emulateMedia({ media: 'print' });
    expect(await visibleControls(page)).toEqual([]);
    expect(await page.locator(mark).first().isVisible()).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(27, 31, 36)');
    expect(await overflow(page)).toBe(0);
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `print-${name}.png`), fullPage: true });
    const pages = pagesOf(await page.pdf({ format: 'A4' }));
    expect(pages).toBeGreaterThan(0);
    expect(pages).toBeLessThan(10);
  });

  it('is left out of neither list nor study', async () => {
    const { page, complaints } = await site.open('#/s/tiny/samples');
    await page.locator('.grid').focus();
    await page.keyboard.press('End');
    await page.locator('.preview', { hasText: 'one long answer' }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describeInBrowser('a store that cannot be written', () => {
  let site: Site;
  beforeAll(async () => {
    allow(0o555);
    site = await startSite(storeDir, unprivileged);
  });
  afterAll(() => site?.stop());

  it('is shown whole, and says that nothing can be done there', async () => {
    const { page, complaints } = await site.open('#/');
    await page.getByText('read-only').waitFor();
    await page.getByRole('link', { name: 'tiny', exact: true }).click();
    await page.getByRole('heading', { name: 'Gates: may this result be trusted?' }).waitFor();
    await page.goto(new URL('#/s/tiny/samples', page.url()).href);
    await page.locator('.grid-space a').first().click();
    await page.locator('.message').first().waitFor();
    await page.getByText('The store cannot be written, so nothing can be added.').waitFor();
    expect(await page.locator('.annotate').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('offers no action: %s', async (colorScheme) => {
    const { page } = await site.open('#/', { colorScheme });
    const start = page.getByRole('button', { name: /^Start/ });
    await start.first().waitFor();
    for (const button of await start.all()) expect(await button.isDisabled()).toBe(true);
    expect(await seriousIssues(page)).toEqual([]);
    await page.goto(new URL('#/s/tiny/leads', page.url()).href);
    const replay = page.getByRole('button', { name: /^Replay/ });
    await replay.waitFor();
    expect(await replay.isDisabled()).toBe(true);
    const refused = await page.request.post(new URL('/api/studies/tiny/run', page.url()).href, {
      data: {},
      headers: { origin: new URL(page.url()).origin },
    });
    expect(refused.status()).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'read-only' });
  });
});
