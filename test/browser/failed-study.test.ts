import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { workError } from '../../src/base/errors.ts';
import { smallStudy } from '../../src/evidence/finished-study.fixture.ts';
import { defineStudy } from '../../src/study/load-study.ts';
import { moralBackend, pocketFolder } from '../../src/study/pocket-study.fixture.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { describeInBrowser } from './chromium.ts';
import { startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 120_000 });

const HOSTILE = '<img src=x onerror="window.hacked=1"><b>bold</b>\u202Egnihton';

describeInBrowser('the page of a study that failed', () => {
  it('shows the error as text, whatever it contains, and what to do', async () => {
    const { folder, dispose } = pocketFolder();
    onTestFinished(dispose);
    const storeDir = join(folder, 'store');
    const train = () => {
      throw workError('hostile', HOSTILE);
    };
    const backend = await moralBackend(folder, { train });
    await runStudy({ study: defineStudy(smallStudy(), folder), storeDir, backend });
    const site = await startSite(storeDir);
    try {
      const { page } = await site.open('#/s/tiny/pipeline');
      const failures = page.getByRole('region', { name: /failed$/ });
      await failures.waitFor();
      const text = await failures.textContent();
      expect(text).toContain('<b>bold</b>\\u{202e}gnihton');
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(await page.locator('main img').count()).toBe(0);
      await page.getByRole('button', { name: 'Go on: tiny' }).waitFor();
      const step = failures.getByRole('button').first();
      await step.click();
      await page.getByRole('region', { name: 'Chosen step' }).waitFor();
    } finally {
      await site.stop();
    }
  });
});
