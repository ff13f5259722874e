import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/temporary-store.ts';
import { seriousIssues } from './axe.ts';
import { describeInBrowser } from './chromium.ts';
import { startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 240_000 });

describeInBrowser('the page of an empty store', () => {
  it('says what will happen, starts the pocket study by one button and pauses it', async () => {
    const site = await startSite(join(temporaryFolder(), 'store'));
    try {
      const { page, complaints } = await site.open('#/');
      await page.getByRole('heading', { name: 'Welcome to Informant' }).waitFor();
      expect(await seriousIssues(page)).toEqual([]);
      await page.getByRole('button', { name: 'Start the pocket study' }).click();
      await page.waitForURL(/#\/s\/pocket\/pipeline/);
      // Work shows by itself: nothing is pressed until the first step is done.
      const done = page.locator('.step-shape.done').first();
      await done.waitFor({ timeout: 120_000 });
      await page.getByRole('button', { name: 'Pause: pocket' }).click();
      await page.getByRole('button', { name: 'Go on: pocket' }).waitFor({ timeout: 60_000 });
      await page.keyboard.press('g');
      await page.keyboard.press('v');
      await page.getByRole('heading', { name: 'No verdict of pocket yet' }).waitFor();
      expect(await seriousIssues(page)).toEqual([]);
      // The browser itself reports the verdict that is not there yet.
      expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    } finally {
      await site.stop();
    }
  });
});
