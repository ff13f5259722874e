import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { describeInBrowser } from './chromium.ts';
import { finishedStore } from './finished-store.ts';
import { settled } from './settled.ts';
import { type Site, startSite } from './start-page.ts';

/**
 * Pictures of every screen, kept in `test-results/screenshots` to be looked at. `INFORMANT_STORE`
 * names another store than the small one made here; it is copied, never written.
 */
const FOLDER = 'test-results/screenshots';
const LOOKS = [
  { width: 1440, scheme: 'light' },
  { width: 900, scheme: 'dark' },
] as const;

const armsSchema = z.object({
  arms: z.array(z.object({ slug: z.string(), kind: z.string(), role: z.string() })),
});
const pageSchema = z.object({ rows: z.array(z.object({ id: z.int() })) });

describeInBrowser('every screen', () => {
  let site: Site;
  let dispose: () => void;

  beforeAll(async () => {
    const given = process.env['INFORMANT_STORE'];
    const store = given === undefined ? await finishedStore() : copyOf(given);
    dispose = store.dispose;
    site = await startSite(store.storeDir);
    mkdirSync(FOLDER, { recursive: true });
  }, 180_000);

  afterAll(async () => {
    await site.stop();
    dispose();
  }, 60_000);

  it.each(LOOKS)('fits $width pixels, $scheme', { timeout: 180_000 }, async ({ width, scheme }) => {
    const { page, complaints } = await site.open('#/', {
      viewport: { width, height: 1000 },
      colorScheme: scheme,
    });
    const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> =>
      schema.parse(await (await page.request.get(new URL(path, page.url()).href)).json());
    const studies = await get(
      '/api/studies',
      z.object({ studies: z.array(z.object({ id: z.string() })) }),
    );
    const study = studies.studies[0]!.id;
    const { arms } = await get(`/api/studies/${study}/arms`, armsSchema);
    const arm = arms.find(({ kind, role }) => kind === 'student' && role === 'suspect')!.slug;
    const listed = z.object({ snapshot: z.string() });
    const { snapshot } = await get(
      `/api/studies/${study}/samples?arm=${arm}&condition=audit`,
      listed,
    );
    const { rows } = await get(
      `/api/studies/${study}/samples/${snapshot}?offset=0&limit=1`,
      pageSchema,
    );
    const sample = rows[0]!.id;
    const beside = await get(
      `/api/studies/${study}/sample/${sample}`,
      z.object({
        counterparts: z.array(
          z.object({
            id: z.int(),
            role: z.string(),
            kind: z.string(),
            score: z.number().nullable(),
          }),
        ),
      }),
    );
    const twins = beside.counterparts.filter(
      ({ role, kind }) => role === 'twin' && kind === 'student',
    );
    const twin = (twins.find(({ score }) => score === 0) ?? twins[0]!).id;
    const screens = {
      studies: '#/',
      verdict: `#/s/${study}`,
      arms: `#/s/${study}/arms`,
      arm: `#/s/${study}/arms/${arm}`,
      dataset: `#/s/${study}/arms/${arm}/data`,
      run: `#/s/${study}/pipeline`,
      samples: `#/s/${study}/samples`,
      transcript: `#/s/${study}/samples/${sample}?beside=${twin}`,
      leads: `#/s/${study}/leads`,
      judge: `#/s/${study}/judge`,
      ledger: `#/s/${study}/ledger`,
    };
    for (const [name, address] of Object.entries(screens)) {
      await page.goto(new URL(address, page.url()).href);
      await settled(page);
      await page.screenshot({ path: join(FOLDER, `${name}-${width}-${scheme}.png`) });
      const overflow: unknown = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow, `${name} is wider than ${width} pixels`).toBeLessThanOrEqual(0);
    }
    expect(complaints).toEqual([]);
  });
});

function copyOf(storeDir: string): { readonly storeDir: string; readonly dispose: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'informant-shots-'));
  cpSync(storeDir, folder, { recursive: true });
  return { storeDir: folder, dispose: () => rmSync(folder, { recursive: true }) };
}
