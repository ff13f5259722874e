import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type KeyEntry, SCREEN_KEYS } from '../../src/web/shell/keys.ts';
import { JUMPS } from '../../src/web/shell/shortcuts.ts';
import { seriousIssues } from './axe.ts';
import { describeInBrowser } from './chromium.ts';
import { finishedStore } from './finished-store.ts';
import { type Site, startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

describeInBrowser('the page of a finished study', () => {
  let site: Site;
  let dispose: (() => void) | undefined;
  beforeAll(async () => {
    const store = await finishedStore();
    dispose = store.dispose;
    site = await startSite(store.storeDir);
  });
  afterAll(async () => {
    await site.stop();
    dispose?.();
  });

  it('leads from the list of studies to the verdict', async () => {
    const { page, complaints } = await site.open('#/');
    await page.getByRole('link', { name: 'tiny', exact: true }).click();
    await page.getByRole('heading', { name: 'Gates: may this result be trusted?' }).waitFor();
    expect(await page.title()).toMatch(/tiny · Informant$/);
    expect(await page.locator('[role=listitem].family').count()).toBe(2);
    expect(complaints).toEqual([]);
  });

  it('opens a family of the forest plot down to an arm and to its samples', async () => {
    const { page, complaints } = await site.open('#/s/tiny');
    await page.getByRole('button', { name: /^open-kd,/ }).click();
    expect(page.url()).toContain('family=open-kd');
    const runs = page.locator('.runs a');
    expect(await runs.count()).toBe(10);
    const samples = page.getByRole('link', { name: 'Samples of U’s students' });
    expect(await samples.getAttribute('href')).toMatch(/samples\?.*role=suspect/);
    await runs.first().click();
    await page.getByRole('heading', { name: 'What audits found' }).waitFor();
    expect(await page.locator('h1').textContent()).toBe('suspect-open-kd-main-s1');
    await page.getByRole('heading', { name: 'Training', exact: true }).waitFor();
    expect(await page.locator('.plot svg').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  it('keeps the choice of p-values in the address', async () => {
    const { page } = await site.open('#/s/tiny');
    const figures = page.locator('.family').first().locator('.forest-figures');
    expect(await figures.textContent()).toContain('Holm p');
    await page.getByRole('radio', { name: 'raw' }).check();
    await expect.poll(() => figures.textContent()).toContain('rank p');
    await page.reload();
    await page.locator('.family').first().waitFor();
    expect(await figures.textContent()).toContain('rank p');
  });

  it('shows every arm as a cell with its n, and what the study lacks', async () => {
    const { page, complaints } = await site.open('#/s/tiny/arms');
    const cells = page.locator('.heat-cell');
    await cells.first().waitFor();
    // Nine teachers; three students of U and eight others in one family, eight in the other.
    expect(await cells.count()).toBe(9 + 3 + 7 + 1 + 8);
    const name = await cells.first().getAttribute('aria-label');
    expect(name).toMatch(/^suspect: \d+(\.\d)?% \(\d+ of \d+\)$/);
    expect(await page.locator('td.absent').count()).toBe(1);
    await cells.nth(1).click();
    await page.getByRole('heading', { name: 'The same arm of other teachers' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('ties a step to what it reads and shows what went into its key', async () => {
    const { page, complaints } = await site.open('#/s/tiny/pipeline');
    const training = page.getByRole('button', { name: /^distil suspect · open-kd · seed 1/ });
    await training.click();
    expect(page.url()).toContain('step=');
    const detail = page.getByRole('region', { name: 'Chosen step' });
    await detail.locator('pre').waitFor();
    expect(await detail.locator('pre').textContent()).toContain('"learningRate"');
    expect(await page.locator('.step-edges path').count()).toBeGreaterThan(1);
    await detail
      .getByRole('button', { name: /^sample suspect/ })
      .first()
      .click();
    await expect.poll(() => detail.locator('h2').textContent()).toMatch(/^sample suspect/);
    expect(complaints).toEqual([]);
  });

  it('is used by keys alone', async () => {
    const { page } = await site.open('#/s/tiny');
    await page.keyboard.press('?');
    const help = page.getByRole('dialog');
    await help.waitFor();
    const listed = (await help.getByRole('row').allTextContents()).join('\n');
    for (const { keys } of Object.values(SCREEN_KEYS)) {
      for (const { does } of Object.values<KeyEntry>(keys)) expect(listed).toContain(does);
    }
    for (const { tab, key } of JUMPS) expect(listed).toContain(`g${key}${tab} of this study`);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.locator('.heat-cell').first().waitFor();
    const focused = page.locator(':focus');
    expect(await focused.evaluate((element) => element.tagName)).toBe('H1');
    await page.keyboard.press('/');
    expect(await focused.evaluate((element) => element.tagName)).toBe('SELECT');
    await page.locator('.heat-cell').first().focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused.getAttribute('aria-label')).toMatch(/^twin/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What audits found' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.locator('.step-cell').first().waitFor();
    await page.locator('.step-cell[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Chosen step' }).waitFor();
  });

  it('keeps the theme it was given', async () => {
    const { page } = await site.open('#/');
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Theme: system. Change' }).click();
    await page.getByRole('button', { name: 'Theme: light. Change' }).click();
    expect(await paper()).toBe('rgb(20, 23, 27)');
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark. Change' }).waitFor();
    expect(await paper()).toBe('rgb(20, 23, 27)');
  });

  it.each(
    [
      ['studies', '#/'],
      ['verdict', '#/s/tiny?family=open-kd'],
      ['arms', '#/s/tiny/arms'],
      ['run', '#/s/tiny/pipeline'],
      ['arm', '#/s/tiny/arms/suspect-open-kd-main-s1'],
      ['missing arm', '#/s/tiny/arms/nobody'],
    ].flatMap(([name, address]) =>
      (['light', 'dark'] as const).map((scheme) => ({ name, address, scheme })),
    ),
  )('has no serious fault of access, nor is cut at 900 pixels: $name, $scheme', async (given) => {
    const { page } = await site.open(given.address ?? '', {
      colorScheme: given.scheme,
      viewport: { width: 900, height: 800 },
    });
    await page.locator('.loading').first().waitFor({ state: 'detached' });
    expect(await seriousIssues(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(900);
  });
});
