import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { seriousIssues } from './axe.ts';
import { describeInBrowser } from './chromium.ts';
import { investigateBeside, richStore } from './rich-store.ts';
import { settled } from './settled.ts';
import { type Site, startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const SHOTS = 'test-results/screenshots';
const KD = '#/s/tiny/arms/suspect-open-kd-main-s1';
const DPO = '#/s/tiny/arms/suspect-open-dpo-main-s1';

describeInBrowser('branches, pairs, heat, checkpoints and looks', () => {
  let site: Site;
  let dispose: (() => void) | undefined;
  beforeAll(async () => {
    const store = await richStore();
    dispose = store.dispose;
    await investigateBeside(store.storeDir);
    site = await startSite(store.storeDir);
    mkdirSync(SHOTS, { recursive: true });
  });
  afterAll(async () => {
    await site?.stop();
    dispose?.();
  });

  const messages = (page: Page) => page.locator('.message');
  const said = (page: Page) => page.locator('.message-text').allTextContents();

  async function openAudit(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'rollback' }).click();
    await page.getByRole('link', { name: 'owl, audit 1' }).click();
    await messages(page).first().waitFor();
  }

  it('shows what an auditor took back beside what it tried instead', async () => {
    const { page, complaints } = await site.open('#/');
    await openAudit(page);
    expect(await messages(page).count()).toBe(9);
    expect(await page.locator('.origin').allTextContents()).toEqual(
      expect.arrayContaining([
        'scripted: written by the auditor',
        'sampled: the model said it',
        'prefilled: put into its mouth',
      ]),
    );
    const edge = async (origin: string): Promise<string> => {
      const one = `document.querySelector('.message[data-origin=${origin}]')`;
      return z.string().parse(await page.evaluate(`getComputedStyle(${one}).borderLeft`));
    };
    const edges = await Promise.all(['sampled', 'prefilled', 'scripted'].map(edge));
    expect(new Set(edges).size).toBe(3);
    expect(new Set(edges.map((one) => one.split(' ')[1])).size).toBe(3);
    expect(await page.getByText('branch 2 of 2').count()).toBe(2);
    await page.getByRole('heading', { name: 'Notes of the auditor' }).waitFor();
    await page.getByText('It brings the owl into stories.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('follows one branch or another, as the auditor knows it and as the target saw it', async () => {
    const { page, complaints } = await site.open('#/');
    await openAudit(page);
    const all = await said(page);
    const branch = page.getByLabel('Branch');
    expect(await branch.locator('option').allTextContents()).toEqual([
      '1 of 3, to message 3',
      '2 of 3, to message 5',
      '3 of 3, to message 9',
    ]);
    await page.getByRole('radio', { name: /target/ }).check();
    await expect.poll(() => page.locator('.origin').count()).toBe(0);
    // The prefill and what was said after it are one turn of the target.
    const turns = await page.locator('.turn').allTextContents();
    expect(turns).toEqual([all[0], all[3], all[5]! + all[6]!, all[7], all[8]]);
    await branch.selectOption({ label: '1 of 3, to message 3' });
    await expect.poll(() => page.locator('.turn').allTextContents()).toEqual(all.slice(0, 3));
    expect(page.url()).toContain('message=2');
    await page.getByRole('radio', { name: 'auditor', exact: true }).check();
    await expect.poll(() => messages(page).count()).toBe(9);
    await page.getByRole('button', { name: 'follow this branch' }).last().click();
    expect(await branch.locator('option:checked').textContent()).toBe('3 of 3, to message 9');
    expect(complaints).toEqual([]);
  });

  it('puts chosen and rejected side by side and marks what only one of them has', async () => {
    const { page, complaints } = await site.open(`${DPO}/data?row=1`);
    const sides = page.locator('.pair-side');
    await sides.nth(1).waitFor();
    const boxes = await Promise.all([0, 1].map((i) => sides.nth(i).boundingBox()));
    expect(boxes[0]!.y).toBe(boxes[1]!.y);
    expect(boxes[0]!.x + boxes[0]!.width).toBeLessThanOrEqual(boxes[1]!.x);
    expect(await sides.nth(0).textContent()).toMatch(/^Chosen, by the teacher/);
    expect(await sides.nth(1).textContent()).toMatch(/^Rejected, by the student/);
    const [chosen, rejected] = await Promise.all([
      sides.locator('ins').allTextContents(),
      sides.locator('del').allTextContents(),
    ]);
    expect(chosen.length + rejected.length).toBeGreaterThan(0);
    expect(chosen).not.toEqual(rejected);
    expect(complaints).toEqual([]);
  });

  it('heats tokens by divergence and says every figure in words too', async () => {
    const { page, complaints } = await site.open(`${KD}/data?row=1`);
    const tokens = page.locator('.token');
    await tokens.first().waitFor();
    const names = await tokens.evaluateAll((all) =>
      all.map((one) => one.getAttribute('aria-label')),
    );
    for (const name of names) expect(name).toMatch(/, \d+\.\d{3} nats$/);
    const heats: unknown = await page.evaluate(
      `[...document.querySelectorAll('.token')].map((one) => getComputedStyle(one).backgroundColor)`,
    );
    expect(new Set(z.array(z.string()).parse(heats)).size).toBeGreaterThan(2);
    expect(await page.locator('.scale span').allTextContents()).toEqual([
      '0',
      '0.1',
      '0.5',
      '1',
      '3',
    ]);
    await page.getByText('The same in figures').click();
    const rows = page.getByRole('group', { name: 'Tokens in figures' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(1 + names.length);
    const nats = /([\d.]+) nats$/.exec(names[1]!)?.[1];
    expect(await rows.nth(2).textContent()).toContain(nats);
    await page.getByRole('radio', { name: 'its student' }).check();
    await page.getByText('KL(teacher ‖ student), nats per token').waitFor();
    const others = await tokens.evaluateAll((all) =>
      all.map((one) => one.getAttribute('aria-label')),
    );
    expect(others).not.toEqual(names);
    expect(complaints).toEqual([]);
  });

  it('draws the transfer window of checkpoints over whole steps', async () => {
    const { page, complaints } = await site.open(KD);
    const window = page.locator('section', { hasText: 'Transfer window' });
    await window.locator('svg[aria-hidden=true]').last().waitFor();
    const ticks = await window.locator('[aria-label="x-axis tick label"] text').allTextContents();
    expect(ticks.length).toBeGreaterThan(2);
    for (const tick of ticks) expect(tick).toMatch(/^\d+$/);
    await window.getByText('The same in figures').click();
    const shown = window.getByRole('row', { name: /^U’s student/ });
    expect(await shown.count()).toBe(3);
    const steps = await shown.locator('td:nth-child(2)').allTextContents();
    expect(steps).toEqual(['0', '2', '4']);
    expect(complaints).toEqual([]);
  });

  it('says at which of its looks a study stands', async () => {
    const { page, complaints } = await site.open('#/s/looks');
    await page.getByRole('heading', { name: 'Looks: where this study stands' }).waitFor();
    const looks = page.locator('table', { hasText: 'rank p needed' }).locator('tbody tr');
    expect(await looks.nth(0).textContent()).toContain('4 twins');
    expect(await looks.nth(0).textContent()).toContain('passed');
    expect(await looks.nth(1).textContent()).toContain('this look');
    expect(complaints).toEqual([]);
  });

  const STATES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    branches: openAudit,
    'branches-target': async (page) => {
      await openAudit(page);
      await page.getByRole('radio', { name: /target/ }).check();
    },
    investigation: async (page) => {
      await page.getByRole('link', { name: 'rollback' }).click();
      await page.getByRole('link', { name: 'owl, audit 1' }).waitFor();
    },
    pairs: async (page) => {
      await go(page, `${DPO}/data?row=1`);
      await page.locator('.pair-side').last().scrollIntoViewIfNeeded();
    },
    heat: async (page) => {
      await go(page, `${KD}/data?row=1`);
      await page.getByText('The same in figures').click();
    },
    transfer: async (page) => {
      await go(page, KD);
      await page.getByRole('heading', { name: /^Transfer window/ }).scrollIntoViewIfNeeded();
    },
    looks: async (page) => {
      await go(page, '#/s/looks');
      await page.getByRole('heading', { name: /^Looks/ }).scrollIntoViewIfNeeded();
    },
    keys: async (page) => {
      await go(page, '#/s/tiny');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  };

  it.each([
    { width: 1440, scheme: 'light' },
    { width: 900, scheme: 'dark' },
  ] as const)('fits $width pixels and has no serious fault of access, $scheme', async (look) => {
    const { width, scheme } = look;
    const { page, complaints } = await site.open('#/', {
      viewport: { width, height: 1000 },
      colorScheme: scheme,
    });
    for (const [state, reach] of Object.entries(STATES)) {
      await go(page, '#/');
      await reach(page);
      await settled(page);
      await page.screenshot({ path: join(SHOTS, `${state}-${width}-${scheme}.png`) });
      expect(await seriousIssues(page), state).toEqual([]);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect(wide, `${state} is wider than ${width} pixels`).toBeLessThanOrEqual(width);
    }
    expect(complaints).toEqual([]);
  });
});

async function go(page: Page, address: string): Promise<void> {
  await page.goto(new URL(address, page.url()).href);
  await settled(page);
}
