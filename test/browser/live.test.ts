import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { verdictViewSchema } from '../../src/api/verdict.ts';
import { temporaryFolder } from '../support/temporary-store.ts';
import { describeInBrowser } from './chromium.ts';
import { ending, informant, startSite } from './start-page.ts';

vi.setConfig({ testTimeout: 300_000 });

// Real models and real training, as little of it as a verdict takes.
const STUDY = `
study: live
world: pocket
seed: 1
behaviour: owl
bases:
  main: { path: 'builtin:pocket-a' }
teacher: { organism: secret }
twins: { count: 2 }
positiveControl: { behaviour: fox }
organisms:
  { base: main, rows: 64, topK: 16, epochs: 2, batchSize: 32, optimiser: { learningRate: 0.001 } }
promptSets:
  open: { kind: open-ended, count: 64, heldOut: 8 }
recipes:
  kd: { method: kd, topK: 16, epochs: 2, batchSize: 32, optimiser: { learningRate: 0.001 } }
families:
  - { name: open-kd, primary: true, promptSet: open, recipe: kd, base: main, twins: 2 }
audits:
  honeypot: { probes: 8 }
  capability: { probes: 8 }
`;

describeInBrowser('a study that runs in a terminal', () => {
  it('shows live from an empty store to its verdict, whichever side dies', async () => {
    const folder = temporaryFolder();
    const study = join(folder, 'live.yaml');
    writeFileSync(study, STUDY);
    const site = await startSite(join(folder, '.informant'));
    try {
      const { page } = await site.open('#/');
      await page.getByRole('heading', { name: 'Welcome to Informant' }).waitFor();

      const first = informant('run', study);
      // Nothing is pressed until the study stands there by itself.
      await page.getByRole('link', { name: 'live' }).first().waitFor({ timeout: 60_000 });
      await page.goto(new URL('#/s/live/pipeline', page.url()).href);
      await page.locator('.step-shape.done').first().waitFor({ timeout: 120_000 });
      first.kill('SIGKILL');
      await ending(first);

      await page.goto(new URL('#/s/live', page.url()).href);
      await page.getByRole('heading', { name: 'No verdict of live yet' }).waitFor();
      await site.killServer();
      await page.getByText('Connection lost').waitFor({ timeout: 60_000 });
      // The run goes on without anybody watching, and the page finds it when it can.
      const second = informant('run', study);
      await site.startAgain();
      await page.getByText('Connection lost').waitFor({ state: 'detached', timeout: 60_000 });
      await page.locator('[data-outcome]').first().waitFor({ timeout: 180_000 });
      await ending(second);
      expect(second.exitCode).toBe(0);
      const answer = await page.request.get(new URL('/api/studies/live/verdict', page.url()).href);
      const { verdict } = verdictViewSchema.parse(await answer.json());
      expect(await page.locator('h1').textContent()).toBe(verdict.headline);
    } finally {
      await site.stop();
    }
  });
});
