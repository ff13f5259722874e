import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { replayOn } from '../../src/cli/commands/replay.ts';
import { testIo } from '../../src/cli/io.fixture.ts';
import { findStudy } from '../../src/cli/workspace.ts';
import { moralBackend } from '../../src/study/pocket-study.fixture.ts';
import { seriousIssues } from './axe.ts';
import { describeInBrowser } from './chromium.ts';
import { HOSTILE, hostileStore } from './hostile-store.ts';
import { type Site, startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

/** `HOSTILE` as it must be shown. */
const SHOWN = HOSTILE.replaceAll('\u001B', '\\u{1b}')
  .replaceAll('\u202E', '\\u{202e}')
  .replaceAll('\u202C', '\\u{202c}')
  .replaceAll('\u200B', '\\u{200b}');

describeInBrowser('what one looks at after a verdict', () => {
  let site: Site;
  let store: Awaited<ReturnType<typeof hostileStore>>;
  beforeAll(async () => {
    store = await hostileStore();
    site = await startSite(store.storeDir);
  });
  afterAll(async () => {
    await site?.stop();
    store?.dispose();
  });

  it('shows hostile words as words, in the list and in full', async () => {
    const { page, complaints } = await site.open('#/s/tiny/samples');
    await page.locator('.grid').focus();
    await page.keyboard.press('End');
    await page.locator('.preview', { hasText: '<script>' }).waitFor();
    const { page: one } = await site.open(`#/s/tiny/samples/${store.sample}`);
    const said = one.locator('.message-text');
    await said.first().waitFor();
    expect(await said.allTextContents()).toEqual([SHOWN, SHOWN]);
    for (const shown of [page, one]) {
      expect(await shown.locator('main :is(img, script, strong, em)').count()).toBe(0);
      expect(await shown.locator('a[href^="javascript"]').count()).toBe(0);
      expect(await shown.evaluate('window.hacked')).toBeUndefined();
    }
    const isolated = 'getComputedStyle(document.querySelector(".message-text")).unicodeBidi';
    expect(await one.evaluate(isolated)).toBe('isolate');
    expect(complaints).toEqual([]);
  });

  it('verifies the ledger and shows what was registered before the first score', async () => {
    const { page } = await site.open('#/s/tiny/ledger');
    await page.getByText('Registered before the first score.').waitFor();
    await page.getByRole('button', { name: 'Verify' }).click();
    // Two commands of their own look at everything again.
    await page.locator('.checks li').first().waitFor({ timeout: 110_000 });
    expect(await page.locator('.checks li').count()).toBeGreaterThan(1);
    await page.getByLabel('Type').selectOption('verdict');
    await expect.poll(() => page.locator('.event').count()).toBe(1);
    expect(page.url()).toContain('type=verdict');
    await page.locator('.event button').click();
    expect(await page.locator('.event-data pre').textContent()).toContain('"verdict"');
  });

  it('shows what a student was trained on down to a token', async () => {
    const { page, complaints } = await site.open('#/s/tiny/arms/suspect-open-kd-main-s1/data');
    const rows = page.locator('button.data-row');
    await rows.first().click();
    expect(page.url()).toContain('row=');
    const tokens = page.locator('.token');
    await tokens.first().waitFor();
    await tokens.first().focus();
    const figures = page.locator('.token-figures');
    expect(await figures.getAttribute('aria-label')).toBe('Token 1');
    await page.keyboard.press('ArrowRight');
    expect(await figures.getAttribute('aria-label')).toBe('Token 2');
    expect(await page.locator('.top-tokens li').count()).toBeGreaterThan(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.data-item').count()).toBe(0);
    await page.getByRole('searchbox').fill('no such words at all');
    await page.getByRole('heading', { name: 'No rows match' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it.each([
    ['the ledger', '#/s/tiny/ledger', 'ledger', '.event'],
    ['leads', '#/s/tiny/leads', 'leads', '.lead'],
    ['the verdict', '#/s/tiny', 'verdict', '.forest-bar, .forest'],
  ])(
    'says that %s could not be read again, and shows what it has',
    async (_, address, of, mark) => {
      const { page } = await site.open(address);
      await page.locator(mark).first().waitFor();
      const route = new RegExp(`/api/studies/tiny/${of}(\\?|$)`, 'u');
      const answer = { status: 500, json: { code: 'broken', message: 'The disk is gone.' } };
      await page.route(route, (asked) => asked.fulfill(answer));
      // Whatever is written to the store is read again.
      const headers = { origin: new URL(page.url()).origin };
      const note = { kind: 'note', reason: 'read again' };
      const url = `${headers.origin}/api/studies/tiny/sample/${store.sample}/annotations`;
      await page.request.post(url, { headers, data: note });
      await page.locator('.reread-note', { hasText: 'The disk is gone.' }).first().waitFor();
      expect(await page.locator(mark).count()).toBeGreaterThan(0);
      await page.unroute(route);
      await page.locator('.reread-note').getByRole('button').first().click();
      await expect.poll(() => page.locator('.reread-note').count()).toBe(0);
    },
  );

  it('shows how far the judge can be trusted, with every n', async () => {
    const { page, complaints } = await site.open('#/s/tiny/judge');
    const all = page.getByRole('row', { name: /^all / });
    expect(await all.textContent()).toMatch(/\d+% ?\d+ of \d+/);
    expect(await page.locator('.confusion td[data-right]').count()).toBeGreaterThan(3);
    expect(await page.locator('.wrong tbody tr').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  it('replays leads, and says what came of it while one looks', async () => {
    const { page } = await site.open('#/s/tiny/leads');
    const leads = page.locator('.lead');
    await leads.first().waitFor();
    const probe = leads.first().getByRole('link', { name: 'samples of this probe' });
    expect(await probe.getAttribute('href')).toContain('probe=');
    await page.getByRole('button', { name: 'Replay on U' }).click();
    // The study was made by scripted models, which a process of its own does not have.
    await page.getByRole('alert').first().waitFor();
    expect(await page.getByText('none replayed yet').count()).toBe(1);
    const folder = dirname(store.storeDir);
    const { io } = testIo({ cwd: folder });
    const target = findStudy(io, 'tiny', { store: store.storeDir });
    await replayOn(await moralBackend(folder), io, target, { draws: 20 });
    const outcome = leads.first().locator('.lead-outcome');
    await outcome.waitFor();
    expect(await outcome.textContent()).toMatch(/^(confirmed|refuted|open)/);
    const asked = leads.first().getByRole('row', { name: /^audit / });
    expect(await asked.textContent()).toMatch(/of 20\)/);
    await page.getByRole('button', { name: 'Replay again' }).waitFor();
  });

  it.each(
    [
      ['samples', '#/s/tiny/samples', '.grid-space a'],
      ['dataset', '#/s/tiny/arms/suspect-open-kd-main-s1/data?row=1', '.token'],
      ['judge', '#/s/tiny/judge', '.confusion'],
      ['leads', '#/s/tiny/leads', '.lead'],
      ['provenance', '#/s/tiny/ledger', '.event button'],
      ['transcript', '', '.message'],
      ['side by side', 'beside', '.message'],
    ].flatMap(([name, address, mark]) =>
      (['light', 'dark'] as const).map((scheme) => ({ name, address, mark, scheme })),
    ),
  )('has no serious fault of access, nor is cut at 900 pixels: $name, $scheme', async (given) => {
    const own = `#/s/tiny/samples/${store.sample}`;
    const address =
      given.address === '' ? own : given.address === 'beside' ? `${own}?beside=1` : given.address;
    const { page } = await site.open(address ?? '', {
      colorScheme: given.scheme,
      viewport: { width: 900, height: 800 },
    });
    await page
      .locator(given.mark ?? '')
      .first()
      .waitFor();
    expect(await seriousIssues(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(900);
  });
});
