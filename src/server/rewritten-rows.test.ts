import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { datasetItemSchema, datasetSchema } from '../api/dataset.ts';
import { readCompletions } from '../artifacts/completions.ts';
import { smallStudy } from '../evidence/finished-study.fixture.ts';
import { studyDesign } from '../readers/study-design.ts';
import { serveSmallStudy, type ServedStudy, STUDY } from './served-study.fixture.ts';

vi.setConfig({ hookTimeout: 120_000 });

const ARM = 'suspect-ended-main-s1';
let served: ServedStudy;

beforeAll(async () => {
  const { families } = smallStudy();
  const ended = {
    ...families[0]!,
    name: 'ended',
    recipe: 'sft',
    primary: false,
    seeds: 1,
    select: { by: 'divergence', count: 8 },
    rewrite: { kind: 'continue', by: 'main' },
  } as const;
  served = await serveSmallStudy({ changes: { families: [...families, ended] } });
});
afterAll(() => served.close());

it('shows rewritten rows as students see them, beside what the teacher said', async () => {
  const { store } = served;
  const arm = studyDesign(store, store.studies.find('tiny')!)?.bySlug.get(ARM)?.arm;
  const rowsOf = (key: string | undefined) =>
    readCompletions(store.artifacts.get(store.steps.find(key!)!.artifact!), store.objects);
  const said = new Map(rowsOf(arm?.completions).map((row) => [row.index, row.text]));
  const learnt = new Map(rowsOf(arm?.filtered).map((row) => [row.index, row.text]));
  const rewritten = [...learnt].flatMap(([index, text]) => (said.get(index) === text ? [] : index));
  expect(rewritten.length).toBeGreaterThan(0);

  const { rows } = await served.read(`${STUDY}/arms/${ARM}/data?limit=200`, datasetSchema);
  expect(rows).toHaveLength(said.size);
  for (const { index, completion, dropped } of rows) {
    expect([index, completion]).toEqual([index, learnt.get(index) ?? said.get(index)]);
    expect([index, dropped]).toEqual([index, learnt.has(index) ? null : 'unselected']);
  }
  const at = `${STUDY}/arms/${ARM}/data`;
  const item = await served.read(`${at}/${rewritten[0]!}`, datasetItemSchema);
  expect(item.rewrittenFrom).toBe(said.get(rewritten[0]!));
  expect(item.tokens.map(({ text }) => text).join('')).toContain(item.row.completion);
  const heldOut = rows.find(({ split }) => split === 'held-out')!;
  const plain = await served.read(`${at}/${heldOut.index}`, datasetItemSchema);
  expect(plain.rewrittenFrom).toBe(null);
});
