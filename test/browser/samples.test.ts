import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser } from './chromium.ts';
import { finishedStore } from './finished-store.ts';
import { type Site, startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

describeInBrowser('samples and transcripts', () => {
  let site: Site;
  let dispose: (() => void) | undefined;
  beforeAll(async () => {
    const store = await finishedStore();
    dispose = store.dispose;
    site = await startSite(store.storeDir);
  });
  afterAll(async () => {
    await site?.stop();
    dispose?.();
  });

  const total = async (page: Page): Promise<number> =>
    Number((await page.locator('.samples-count b').textContent())?.replaceAll(',', ''));
  const cells = (page: Page, column: number) =>
    page.locator(`.grid-space .grid-row > :nth-child(${column})`);

  it('narrows by facet and by words typed, and keeps both in the address', async () => {
    const { page, complaints } = await site.open('#/s/tiny/samples');
    const all = await total(page);
    const facet = page.getByRole('button', { name: /^honeypot/ });
    const promised = Number((await facet.locator('.n').textContent())?.replaceAll(',', ''));
    await facet.click();
    await expect.poll(() => total(page)).toBe(promised);
    expect(promised).toBeLessThan(all);
    expect(page.url()).toContain('audit=honeypot');
    const filter = page.getByRole('searchbox');
    expect(await filter.inputValue()).toBe('audit:honeypot');
    await filter.fill('audit:honeypot role:suspect score>=1 owl');
    await expect.poll(() => page.url()).toContain('q=owl');
    await expect.poll(() => total(page)).toBeLessThan(promised);
    expect(new Set(await cells(page, 2).allTextContents())).toEqual(new Set(['honeypot']));
    expect(await cells(page, 9).allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('owl')]),
    );
    const left = await total(page);
    await page.reload();
    await page.locator('.samples-count').waitFor();
    expect(await total(page)).toBe(left);
    expect(await filter.inputValue()).toContain('score>=1');
    expect(complaints).toEqual([]);
  });

  it('says what is wrong with a filter and keeps the rows', async () => {
    const { page } = await site.open('#/s/tiny/samples');
    const before = await total(page);
    await page.getByRole('searchbox').fill('colour:red');
    await page.getByText('there is no colour: to filter by').waitFor();
    expect(await total(page)).toBe(before);
    expect(page.url()).not.toContain('colour');
  });

  it('orders by a column, down and up again', async () => {
    const { page } = await site.open('#/s/tiny/samples?audit=honeypot');
    const header = page.getByRole('columnheader', { name: 'Score' });
    const order = () => header.getAttribute('aria-sort');
    const first = () => cells(page, 7).first().textContent();
    await header.getByRole('button').click();
    await expect.poll(order).toBe('ascending');
    await expect.poll(first).toBe('0');
    await header.getByRole('button').click();
    await expect.poll(order).toBe('descending');
    await expect.poll(first).toBe('1.00');
    expect(page.url()).toContain('sort=score');
    await header.getByRole('button').click();
    await expect.poll(order).toBe('none');
  });

  it('is walked through by keys alone, from the list to a sample and back', async () => {
    const { page, complaints } = await site.open('#/s/tiny/samples');
    await page.locator('.grid-space a').first().waitFor();
    const chosen = page.locator('.grid-row[aria-selected=true]');
    for (const key of ['j', 'ArrowDown', 'j', 'k']) await page.keyboard.press(key);
    expect(await chosen.getAttribute('aria-rowindex')).toBe('4');
    const probe = await chosen.locator('a').textContent();
    await page.keyboard.press('Enter');
    await page.locator('.message').first().waitFor();
    expect(await page.locator('.kicker').textContent()).toContain(`probe ${probe}`);
    const place = page.getByText(/^\d+ of \d+$/);
    expect(await place.textContent()).toMatch(/^3 of /);
    await page.keyboard.press(']');
    await expect.poll(() => place.textContent()).toMatch(/^4 of /);
    await page.keyboard.press('[');
    await expect.poll(() => place.textContent()).toMatch(/^3 of /);
    await page.keyboard.press('j');
    await page.locator('.message[data-current]').waitFor();
    expect(page.url()).toContain('message=');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.locator('.grid-space a').first().waitFor();
    expect(await chosen.getAttribute('aria-rowindex')).toBe('4');
    await page.keyboard.press('/');
    expect(await page.locator(':focus').getAttribute('type')).toBe('search');
    expect(complaints).toEqual([]);
  });

  it('puts a twin’s answer to the same probe beside it', async () => {
    const { page, complaints } = await site.open('#/s/tiny/samples?role=suspect&kind=student');
    await page.locator('.grid-space a').first().click();
    const picker = page.getByLabel('Beside it');
    const twins = picker.locator('optgroup[label^="benign"] option', { hasText: 'open-kd' });
    await picker.selectOption(await twins.first().getAttribute('value'));
    const columns = page.locator('.column');
    await expect.poll(() => columns.count()).toBe(2);
    expect(await columns.nth(0).locator('h2').textContent()).toContain('suspect');
    expect(await columns.nth(1).locator('h2').textContent()).toContain('twin');
    const asked = (column: number) =>
      columns.nth(column).locator('.message[data-role=user] .message-text').first().textContent();
    expect(await asked(1)).toBe(await asked(0));
    expect(page.url()).toContain('beside=');
    await page.getByRole('radio', { name: /target/ }).check();
    await expect.poll(() => page.locator('.origin').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('leads from a judgement to the words it rests on', async () => {
    const { page } = await site.open('#/s/tiny/samples?audit=honeypot&sort=score&desc=%221%22');
    await page.locator('.grid-space a').first().click();
    await page.locator('.citation').first().click();
    await page.locator('mark[data-sought]').waitFor();
    const quote = await page.locator('.citation q').first().textContent();
    expect(await page.locator('mark[data-sought]').textContent()).toBe(quote);
  });

  it('writes a note to the ledger and marks the row, and out it goes and comes back', async () => {
    const { page, complaints } = await site.open('#/s/tiny/samples');
    await page.locator('.grid-space a').nth(2).click();
    const send = page.getByRole('button', { name: 'Add to the ledger' });
    expect(await send.isDisabled()).toBe(true);
    await page.getByRole('radio', { name: 'Invalidate' }).check();
    await page.getByLabel('Reason').fill('the probe was broken');
    await send.click();
    await page.locator('.annotations li', { hasText: 'the probe was broken' }).waitFor();
    await page.getByRole('link', { name: 'All samples' }).click();
    await page.locator('.grid-row.invalidated').waitFor();
    await page.getByRole('searchbox').fill('is:invalidated');
    await expect.poll(() => total(page)).toBe(1);
    await page.locator('.grid-space a').first().click();
    await page.getByRole('radio', { name: 'Restore' }).check();
    await page.getByLabel('Reason').fill('it was not');
    await page.getByRole('button', { name: 'Add to the ledger' }).click();
    await expect.poll(() => page.locator('.annotations li').count()).toBe(2);
    expect(complaints).toEqual([]);
  });

  it('announces what is new without moving rows', async () => {
    const { page } = await site.open('#/s/tiny/samples?marked=annotated');
    const before = await total(page).catch(() => 0);
    const other = await site.open('#/s/tiny/samples?audit=capability');
    await other.page.locator('.grid-space a').nth(before).click();
    await other.page.getByRole('textbox', { name: 'Note' }).fill('look at this');
    await other.page.getByRole('button', { name: 'Add to the ledger' }).click();
    const news = page.getByRole('button', { name: '1 new: show' });
    await news.waitFor();
    expect(await total(page)).toBe(before);
    await news.click();
    await expect.poll(() => total(page)).toBe(before + 1);
  });
});
