import type { Page } from 'playwright-core';

/** The screen before may still stand when an address changes, so quiet has to last. */
export async function settled(page: Page): Promise<void> {
  for (let quiet = 0; quiet < 5;) {
    await page.waitForTimeout(150);
    quiet = (await page.locator('.loading').count()) === 0 ? quiet + 1 : 0;
  }
}
