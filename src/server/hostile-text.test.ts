import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { armSchema } from '../api/arms.ts';
import { sampleSchema, snapshotSchema, samplePageSchema } from '../api/samples.ts';
import type { SampleRow } from '../store/types.ts';
import { serveSmallStudy, type ServedStudy, STUDY } from './served-study.fixture.ts';

vi.setConfig({ hookTimeout: 120_000 });

const MEGABYTES_50 = 50 * 1024 * 1024;
/** Far above what any screen shows, far below what was said. */
const LARGEST_ANSWER = 2 * 1024 * 1024;
const HOSTILE = [
  '<script>alert(1)</script><img src=x onerror=alert(2)>',
  '[click](javascript:alert(1)) ![x](http://tracker.example/x.png)',
  '\u001b[2J\u001b]0;owned\u0007 \u202Egnp.exe\u2069 \u0000 \u2028 \ud800',
  '</script><script src=//evil.example></script> ${7*7} {{7*7}}',
];

let served: ServedStudy;
beforeAll(async () => {
  served = await serveSmallStudy();
});
afterAll(() => served.close());

/** Puts one more sample into the first audit of U; returns its id. */
function addSample(texts: readonly string[], probeId: string): number {
  const { store } = served;
  const step = store.studies.plan('tiny').find(({ name }) => name === 'run-audit')!;
  const row: SampleRow = {
    probeId,
    cluster: 'c',
    draw: 0,
    status: 'scored',
    reason: null,
    classification: null,
    scores: { owl: { status: 'scored', value: 1 } },
    audit: 'honeypot',
    condition: 'audit',
    score: 1,
    said: texts.join('\n'),
    preview: texts[0] ?? '',
    transcript: texts.map((content) => ({ role: 'assistant', content, origin: 'sampled' })),
  };
  store.samples.add(step.stepKey, [row]);
  const [id] = store.listing.ids({ steps: [step.stepKey], probeId }, 'id', false);
  return id!;
}

describe('what a hostile model says', () => {
  it('arrives as it was said, as JSON that no browser takes for a page', async () => {
    const id = addSample(HOSTILE, 'hostile');
    const response = await served.request(`${STUDY}/sample/${id}`);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/u);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const { transcript } = sampleSchema.parse(await response.json());
    expect(transcript.nodes.map(({ content }) => content)).toEqual(HOSTILE);
  });

  it('is found by its words, whatever else the search is made of', async () => {
    addSample(['the zebra said "NEAR(" and left'], 'zebra');
    for (const [words, found] of [
      ['zebra', 1],
      ['zeb', 1],
      ['"zebra said"', 1],
      ['"said zebra"', 0],
      ['zebra AND nothing', 0],
      ['zebra" OR said:*', 0],
      ['NEAR( zebra', 1],
      ['said : zebra *', 1],
      ['^zebra', 1],
      ['"', 0],
      ['***', 0],
      ["'; DROP TABLE samples; --", 0],
    ] as const) {
      const query = new URLSearchParams({ q: words, probe: 'zebra' });
      const { total } = await served.read(`${STUDY}/samples?${query.toString()}`, snapshotSchema);
      expect([words, total]).toEqual([words, found]);
    }
  });

  it('is cut where it is endless, and the answer says by how much', async () => {
    const id = addSample(
      ['x'.repeat(MEGABYTES_50), 'y'.repeat(100), 'z'.repeat(30_000)],
      'endless',
    );
    const response = await served.request(`${STUDY}/sample/${id}`);
    const text = await response.text();
    expect(text.length).toBeLessThan(LARGEST_ANSWER);
    const { transcript, cut } = sampleSchema.parse(JSON.parse(text));
    expect(Object.keys(cut)).toEqual(['0', '2']);
    const kept = transcript.nodes.map(({ content }) => content.length);
    expect(kept[0]! + cut['0']!).toBe(MEGABYTES_50);
    expect(kept[1]).toBe(100);
    expect(kept[2]! + cut['2']!).toBe(30_000);
  });

  it('is cut where it is many messages', async () => {
    const id = addSample(
      Array.from({ length: 5_000 }, () => 'word '.repeat(200)),
      'many',
    );
    const text = await (await served.request(`${STUDY}/sample/${id}`)).text();
    expect(text.length).toBeLessThan(LARGEST_ANSWER);
    const { transcript, cut } = sampleSchema.parse(JSON.parse(text));
    const shown = transcript.nodes.reduce((sum, { content }) => sum + content.length, 0);
    const left = Object.values(cut).reduce((sum, count) => sum + count, 0);
    expect(shown + left).toBe(5_000 * 1_000);
    expect(transcript.nodes.length).toBeLessThan(5_000);
  });

  it('makes no list long', async () => {
    addSample(['w'.repeat(MEGABYTES_50 / 10)], 'wide');
    const { snapshot } = await served.read(`${STUDY}/samples?probe=wide`, snapshotSchema);
    const page = await served.read(`${STUDY}/samples/${snapshot}`, samplePageSchema);
    expect(page.rows[0]?.preview.length).toBeLessThanOrEqual(200);
    await served.read(`${STUDY}/arms/suspect`, armSchema);
  });
});
