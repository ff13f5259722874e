import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ledgerSchema } from '../api/ledger.ts';
import { samplePageSchema, sampleSchema, snapshotSchema } from '../api/samples.ts';
import { verdictViewSchema } from '../api/verdict.ts';
import { bundleSmallStudy } from '../evidence/finished-study.fixture.ts';
import { verifyBundle } from '../evidence/verify-bundle.ts';
import { verifyStore } from '../store/verify.ts';
import { replayVerdict } from '../study/replay-verdict.ts';
import { serveSmallStudy, type ServedStudy, STUDY } from './served-study.fixture.ts';

vi.setConfig({ hookTimeout: 120_000 });

let served: ServedStudy;
beforeAll(async () => {
  served = await serveSmallStudy();
});
afterAll(() => served.close());

async function say(id: number, kind: string, reason: string) {
  const response = await served.post(`${STUDY}/sample/${id}/annotations`, { kind, reason });
  expect(response.status).toBe(200);
  return sampleSchema.parse(await response.json());
}

async function marked(which: string): Promise<number[]> {
  const { snapshot } = await served.read(`${STUDY}/samples?marked=${which}`, snapshotSchema);
  const { rows } = await served.read(`${STUDY}/samples/${snapshot}`, samplePageSchema);
  return rows.map(({ id }) => id);
}

describe('what people say of samples', () => {
  it('is kept, listed and taken back, and never changes the verdict', async () => {
    const before = await served.read(`${STUDY}/verdict`, verdictViewSchema);
    await say(3, 'note', 'odd \ud800 <b>wording</b>');
    const invalid = await say(4, 'invalidated', 'the probe was broken');
    expect(invalid.row).toMatchObject({ notes: 1, invalidated: true });
    await say(5, 'invalidated', 'a mistake of mine');
    const restored = await say(5, 'restored', 'it was fine');
    expect(restored.row.invalidated).toBe(false);
    expect(restored.annotations.map(({ kind }) => kind)).toEqual(['invalidated', 'restored']);
    expect(await marked('annotated')).toEqual([3, 4, 5]);
    expect(await marked('invalidated')).toEqual([4]);
    const after = await served.read(`${STUDY}/verdict`, verdictViewSchema);
    expect(after).toEqual({ ...before, invalidatedSince: 1 });
    const { total } = await served.read(`${STUDY}/ledger?type=sample-annotated`, ledgerSchema);
    expect(total).toBe(4);
  });

  it('stands in the ledger, which still vouches for the same verdict', async () => {
    await say(6, 'invalidated', 'again');
    expect(replayVerdict(served.store, 'tiny').identical).toBe(true);
    expect((await verifyStore(served.store)).ok).toBe(true);
    await bundleSmallStudy(served.folder, '.informant', 'annotated.tar');
    expect((await verifyBundle(join(served.folder, 'annotated.tar'))).ok).toBe(true);
  });

  it('must be about a sample, and say something', async () => {
    const post = async (id: string, body: unknown) =>
      (await served.post(`${STUDY}/sample/${id}/annotations`, body)).status;
    expect(await post('999999', { kind: 'note', reason: 'x' })).toBe(404);
    expect(await post('x', { kind: 'note', reason: 'x' })).toBe(400);
    expect(await post('3', { kind: 'note', reason: '  ' })).toBe(400);
    expect(await post('3', { kind: 'delete', reason: 'x' })).toBe(400);
  });
});
