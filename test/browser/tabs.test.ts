import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { describeInBrowser } from './chromium.ts';
import { finishedStore } from './finished-store.ts';
import { type Site, startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** More than the connections a browser opens to one server. */
const TABS = 8;

describeInBrowser('pages of one browser', () => {
  let store: Awaited<ReturnType<typeof finishedStore>>;
  let site: Site;
  beforeAll(async () => {
    store = await finishedStore();
    site = await startSite(store.storeDir);
  });
  afterAll(async () => {
    await site.stop();
    store.dispose();
  });

  it('show their screens, however many there are, and only the one in sight follows', async () => {
    const { page: first } = await site.open('#/s/tiny');
    const context = first.context();
    const pages = [first];
    for (let tab = 1; tab < TABS; tab++) {
      // What a browser does when another tab comes to the front; without a window it does not.
      await show(pages.at(-1)!, 'hidden');
      pages.push(await openTab(context, first.url()));
    }
    const [, second] = pages;
    await show(pages.at(-1)!, 'hidden');
    await second!.evaluate(`location.hash = '#/s/tiny/ledger'`);
    await second!.getByText(/\d+ events, oldest first/u).waitFor();
    const before = await eventsShown(second!);
    write(store.storeDir);
    await second!.waitForTimeout(1_500);
    expect(await eventsShown(second!)).toBe(before);
    await show(second!, 'visible');
    await second!.getByText(`${before + 1} events, oldest first`).waitFor();
    write(store.storeDir);
    await second!.getByText(`${before + 2} events, oldest first`).waitFor();
  });

  it('read again what changed between their first look and the first word of the server', async () => {
    const { page: other } = await site.open('#/s/tiny/ledger');
    await other.getByText(/\d+ events, oldest first/u).waitFor();
    const before = await eventsShown(other);
    const context = other.context();
    const page = await context.newPage();
    let follow: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (follow = resolve));
    await page.route('**/api/events', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(other.url());
    await page.getByText(`${before} events, oldest first`).waitFor();
    write(store.storeDir);
    // The server has told those who follow, and nobody else.
    await other.getByText(`${before + 1} events, oldest first`).waitFor();
    follow();
    await page.getByText(`${before + 1} events, oldest first`).waitFor();
  });

  it('say why they are not told of changes, and follow as soon as they may', async () => {
    const { page } = await site.open('#/s/tiny');
    const context = page.context();
    const refused = await context.newPage();
    let isFull = true;
    await refused.route('**/api/events', (route) =>
      isFull
        ? route.fulfill({
            status: 503,
            json: { code: 'too-many-pages', message: 'Too many pages follow this server.' },
          })
        : route.continue(),
    );
    await refused.goto(page.url());
    await refused.getByText('Not live: Too many pages follow this server.').waitFor();
    isFull = false;
    await refused.getByText('● live').waitFor();
  });
});

async function openTab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  await page.locator('[data-outcome]').first().waitFor();
  return page;
}

function show(page: Page, state: 'visible' | 'hidden'): Promise<unknown> {
  return page.evaluate(`
    Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
}

async function eventsShown(page: Page): Promise<number> {
  const text = await page.getByText(/\d+ events, oldest first/u).textContent();
  return Number(/\d+/u.exec(text ?? '')?.[0]);
}

/** What another process does. */
function write(storeDir: string): void {
  const store = openStore(storeDir, { mode: 'write' });
  try {
    store.ledger.append('tiny', 'test-event', {});
  } finally {
    store.close();
  }
}
