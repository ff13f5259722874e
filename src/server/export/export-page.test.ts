import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  SAMPLE_PAGE_ROWS,
  samplePageSchema,
  type SampleQuery,
  sampleSchema,
  sampleSortSchema,
  snapshotSchema,
} from '../../api/samples.ts';
import { studySchema } from '../../api/studies.ts';
import type { OfflineStore } from '../../web/client/offline-answers.ts';
import { serveSmallStudy, type ServedStudy, STUDY } from '../served-study.fixture.ts';
import { scriptText } from './chunks.ts';
import type { ExportedPage } from './export-page.ts';
import { EXPORTED_AT, exportSmallStudy, openExported } from './exported-folder.fixture.ts';

vi.setConfig({ hookTimeout: 120_000 });

let served: ServedStudy;
let exported: ExportedPage;
let offline: OfflineStore;

beforeAll(async () => {
  served = await serveSmallStudy();
  await served.post(`${STUDY}/sample/7/annotations`, { kind: 'invalidated', reason: '</script>' });
  exported = await exportSmallStudy(served, 'page-of-tiny');
  offline = openExported(exported.folder);
});
afterAll(() => served.close());

async function fromFolder(path: string): Promise<unknown> {
  const answer = await offline.answer(path, undefined);
  if (!answer.ok) throw new Error(`${path}: ${answer.problem.message}`);
  return answer.body;
}

/** Words, phrases and beginnings out of what was said, as somebody would type them. */
async function saidWords(): Promise<fc.Arbitrary<string>> {
  const steps = served.store.studies.plan('tiny').map(({ stepKey }) => stepKey);
  const ids = served.store.listing.ids({ steps }, 'id', false);
  const texts = ids.map((id) => JSON.stringify(served.store.samples.transcript(id)));
  const piece = fc
    .tuple(fc.constantFrom(...texts), fc.nat(400), fc.integer({ min: 1, max: 14 }))
    .map(([text, from, length]) => text.slice(from, from + length));
  const phrase = piece.map((text) => `"${text.replaceAll('"', '')}"`);
  return fc.oneof(
    piece,
    phrase,
    fc.tuple(piece, phrase).map((parts) => parts.join(' ')),
  );
}

async function fromServer(path: string): Promise<unknown> {
  const response = await served.request(path);
  const body: unknown = await response.json();
  return body;
}

describe('an exported folder', () => {
  it('answers as the server does', async () => {
    const { store } = served;
    const steps = store.studies.plan('tiny').map(({ stepKey }) => `${STUDY}/steps/${stepKey}`);
    const arms = ['suspect', 'twin01', 'suspect-open-kd-main-s1'].map(
      (arm) => `${STUDY}/arms/${arm}`,
    );
    const paths = [
      `${STUDY}/judge`,
      ...['verdict', 'arms', 'pipeline', 'leads'].map((screen) => `${STUDY}/${screen}`),
      ...['?offset=0&limit=10', '?offset=3&limit=2', '?type=verdict'].map(
        (q) => `${STUDY}/ledger${q}`,
      ),
      ...[1, 7, 20].map((id) => `${STUDY}/sample/${id}`),
      ...arms,
      ...steps.slice(0, 4),
    ];
    for (const path of paths) {
      const [here, there] = [await fromFolder(path), await fromServer(path)];
      if (path.includes('/sample/')) {
        // In the folder they come in order of id.
        const parse = (body: unknown) => {
          const { counterparts, ...rest } = sampleSchema.parse(body);
          return { ...rest, counterparts: counterparts.toSorted((a, b) => a.id - b.id) };
        };
        expect([path, parse(here)]).toEqual([path, parse(there)]);
      } else expect([path, here]).toEqual([path, there]);
    }
  });

  it('of a study that runs says so, and not which process of which machine does', async () => {
    const command = 'informant run tiny --store /home/somebody/secret';
    const lock = await served.store.lock('tiny', { command });
    const running = await exportSmallStudy(served, 'running');
    lock.release();
    const folder = openExported(running.folder);
    for (const path of ['/api/studies', STUDY, `${STUDY}/pipeline`]) {
      const text = JSON.stringify(await folder.answer(path, undefined));
      expect(text).toContain('"since":"20');
      const own = [`"host":"${hostname()}"`, `"pid":${process.pid}`];
      for (const secret of ['somebody', served.folder, ...own]) {
        expect([path, text.includes(secret)]).toEqual([path, false]);
      }
    }
  });

  it('selects and orders samples as the server does', async () => {
    const one = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
    const said = await saidWords();
    const query: fc.Arbitrary<SampleQuery> = fc.record({
      q: fc.option(said, { nil: undefined }),
      arm: one('suspect', 'suspect-open-kd-main-s1', 'none'),
      role: fc.option(fc.constantFrom('suspect', 'twin', 'positive-control'), { nil: undefined }),
      kind: fc.option(fc.constantFrom('teacher', 'student'), { nil: undefined }),
      family: one('open-kd'),
      audit: one('honeypot', 'capability'),
      condition: one('audit', 'ordinary', 'asked'),
      status: fc.option(fc.constantFrom('scored', 'unscored'), { nil: undefined }),
      min: fc.option(fc.constantFrom(0.5), { nil: undefined }),
      max: fc.option(fc.constantFrom(0.5), { nil: undefined }),
      marked: fc.option(fc.constantFrom('annotated', 'invalidated'), { nil: undefined }),
      sort: fc.option(fc.constantFrom(...sampleSortSchema.options), { nil: undefined }),
      desc: fc.option(fc.constant('1'), { nil: undefined }),
    });
    const rowsOf = async (read: (path: string) => Promise<unknown>, text: string) => {
      const snapshot = snapshotSchema.parse(await read(`${STUDY}/samples?${text}`));
      const name = encodeURIComponent(snapshot.snapshot);
      const page = await read(`${STUDY}/samples/${name}?offset=0&limit=500`);
      const { rows } = samplePageSchema.parse(page);
      const strips = snapshot.strips.toSorted((a, b) => (a.arm < b.arm ? -1 : 1));
      // A folder sends no first page ahead; the page asks for it as for any other.
      const { first = rows.slice(0, SAMPLE_PAGE_ROWS), ...rest } = snapshot;
      return { ...rest, snapshot: '', first, strips, ids: rows.map(({ id }) => id) };
    };
    const always: SampleQuery[] = [
      ...(['arm', 'audit'] as const).flatMap((sort): SampleQuery[] => [
        { sort },
        { sort, desc: '1' },
      ]),
      ...['owl', 'OWL', 'ow', 'ow ', '"owl', '…', ' ', 'no-such-word'].map((q) => ({ q })),
    ];
    await fc.assert(
      fc.asyncProperty(query, async (chosen) => {
        const given = Object.entries(chosen).flatMap(([key, value]) =>
          value === undefined ? [] : [[key, String(value)] as [string, string]],
        );
        const text = new URLSearchParams(given).toString();
        const there = await rowsOf(fromServer, text);
        const here = await rowsOf(fromFolder, text);
        expect(here).toEqual(there);
      }),
      { numRuns: 100, examples: always.map((chosen): [SampleQuery] => [chosen]) },
    );
  });

  it('counts what is invalidated, which every figure includes', async () => {
    for (const read of [fromFolder, fromServer]) {
      const all = snapshotSchema.parse(await read(`${STUDY}/samples`));
      expect(all.invalidated).toBe(1);
      const marked = snapshotSchema.parse(await read(`${STUDY}/samples?marked=invalidated`));
      expect(marked).toMatchObject({ total: 1, invalidated: 1 });
    }
  });

  it('reads what was said when words are looked for, and not before', async () => {
    const asked: string[] = [];
    const folder = openExported(exported.folder, (chunk) => asked.push(chunk));
    await folder.answer(`${STUDY}/samples?arm=suspect`, undefined);
    expect(asked.filter((chunk) => chunk.startsWith('words'))).toEqual([]);
    const found = await folder.answer(`${STUDY}/samples?q=owl`, undefined);
    expect(found).toMatchObject({ ok: true, body: { total: expect.any(Number) } });
    await folder.answer(`${STUDY}/samples?q=fox`, undefined);
    expect(asked.filter((chunk) => chunk.startsWith('words'))).toEqual(['words-0']);
  });

  it('reads a part again that could not be read', async () => {
    let fails = true;
    const folder = openExported(exported.folder, () => {
      if (fails) throw new Error('the disk is away');
    });
    const path = `${STUDY}/samples?q=owl`;
    await expect(folder.answer(path, undefined)).rejects.toThrow('the disk is away');
    fails = false;
    expect(await folder.answer(path, undefined)).toMatchObject({ ok: true });
  });

  it('says what it does not have', async () => {
    const absent = await offline.answer(`${STUDY}/arms/suspect-open-kd-main-s1/data`, undefined);
    expect(absent).toMatchObject({ ok: false, problem: { code: 'not-exported' } });
    const action = await offline.answer(`${STUDY}/pause`, 'POST');
    expect(action).toMatchObject({ ok: false, problem: { code: 'read-only' } });
  });

  it('says when it was written, how much of the study it has, and not where that lies', async () => {
    const { exported: stamp } = studySchema.parse(await fromFolder(STUDY));
    const { samples } = exported;
    expect(stamp).toEqual({
      at: EXPORTED_AT.toISOString(),
      samples,
      samplesOf: samples,
      eventsLeftOut: 0,
    });
    const all = readdirSync(join(exported.folder, 'data')).map((name) =>
      readFileSync(join(exported.folder, 'data', name), 'utf8'),
    );
    expect(all.join('').includes(served.folder)).toBe(false);
    expect(all.every((text) => !/<\/script/iu.test(text))).toBe(true);
    const page = readFileSync(join(exported.folder, 'index.html'), 'utf8');
    expect(page).not.toMatch(/https?:|type="module"|<script>/u);
    expect(page).toContain("default-src 'none'");
  });

  it('is written again only where that is asked for, and never over anything else', async () => {
    await expect(exportSmallStudy(served, 'page-of-tiny')).rejects.toThrow(
      expect.objectContaining({ code: 'exists' }),
    );
    await exportSmallStudy(served, 'page-of-tiny', true);
    const other = join(served.folder, 'mine');
    mkdirSync(other);
    writeFileSync(join(other, 'keep.txt'), 'keep');
    await expect(exportSmallStudy(served, 'mine', true)).rejects.toThrow(
      expect.objectContaining({ code: 'exists' }),
    );
    expect(existsSync(join(other, 'keep.txt'))).toBe(true);
    expect(readdirSync(served.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a text in a script', () => {
  it('is the same text again, and closes no element and no line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const script = scriptText(`${text}</script><!--\u2028\u2029`);
        expect(script).not.toMatch(/[<>\u2028\u2029\n\r]/u);
        const again = z.string().parse(runInContext(script, createContext({})));
        expect(again).toBe(`${text}</script><!--\u2028\u2029`.toWellFormed());
      }),
    );
  });
});
