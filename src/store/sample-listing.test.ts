import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder, temporaryStore } from '../../test/support/temporary-store.ts';
import { initialTables } from './migrations/001-initial-tables.ts';
import { openStore } from './open-store.ts';
import type { SampleOrder, SampleSelection } from './sample-listing.ts';
import type { SampleRow } from './types.ts';

const CONDITIONS = ['audit', 'ordinary', null] as const;
const CLASSES = ['deny', 'confess', null] as const;

const sampleOf = fc.record({
  step: fc.constantFrom('a', 'b', 'c'),
  condition: fc.constantFrom(...CONDITIONS),
  classification: fc.constantFrom(...CLASSES),
  score: fc.constantFrom(0, 0.5, 1, null),
  other: fc.constantFrom(0, 1),
  word: fc.constantFrom('owl', 'fox', 'owl fox'),
});
type Drawn = (typeof sampleOf extends fc.Arbitrary<infer T> ? T : never) & { readonly id: number };

function rowOf(drawn: Omit<Drawn, 'id'>, draw: number): SampleRow {
  const { condition, classification, score, other, word } = drawn;
  return {
    probeId: `p${draw % 3}`,
    cluster: 'c',
    draw,
    status: score === null ? 'unscored' : 'scored',
    reason: score === null ? 'silent' : null,
    classification,
    scores: { fox: { status: 'scored', value: other } },
    audit: 'honeypot',
    condition,
    score,
    said: word,
    preview: word,
    transcript: [],
  };
}

/** What a listing means, without SQL. */
function expected(
  rows: readonly Drawn[],
  selection: SampleSelection,
  order: SampleOrder,
  desc: boolean,
) {
  const scoreOf = (row: Drawn): number | null =>
    selection.otherMetric?.steps.includes(row.step) === true ? row.other : row.score;
  const rank: Readonly<Record<SampleOrder, (row: Drawn) => number | string | null>> = {
    id: ({ id }) => id,
    step: ({ step }) => selection.steps.indexOf(step),
    probe: ({ id }) => `p${(id - 1) % 3}`,
    draw: ({ id }) => id,
    class: ({ classification }) => classification,
    score: scoreOf,
    status: ({ score }) => (score === null ? 'unscored' : 'scored'),
  };
  const sign = desc ? -1 : 1;
  const held = rows.filter(
    (row) =>
      selection.steps.includes(row.step) &&
      (selection.condition === undefined || row.condition === selection.condition) &&
      (selection.min === undefined || (scoreOf(row) ?? -1) >= selection.min) &&
      (selection.words === undefined || row.word.split(' ').includes(selection.words)),
  );
  const ids = held
    .toSorted((a, b) => {
      const [x, y] = [rank[order](a), rank[order](b)];
      if (x === null || y === null) return Number(x === null) - Number(y === null) || a.id - b.id;
      return x < y ? -sign : x > y ? sign : a.id - b.id;
    })
    .map(({ id }) => id);
  const scores = held.flatMap((row) => scoreOf(row) ?? []);
  return { ids, n: scores.length, k: scores.reduce((sum, score) => sum + score, 0) };
}

describe('a listing of samples', () => {
  it('selects, orders and counts as its words say', () => {
    const { samples, listing, database } = temporaryStore();
    const selection = fc.record({
      steps: fc.shuffledSubarray(['a', 'b', 'c']),
      otherMetric: fc.constantFrom(undefined, { steps: ['b'], metric: 'fox' }),
      condition: fc.constantFrom(undefined, 'audit'),
      min: fc.constantFrom(undefined, 0.5),
      words: fc.constantFrom(undefined, 'owl'),
    });
    const order = fc.constantFrom<SampleOrder>(
      'id',
      'step',
      'probe',
      'draw',
      'class',
      'score',
      'status',
    );
    fc.assert(
      fc.property(
        fc.array(sampleOf, { maxLength: 30 }),
        selection,
        order,
        fc.boolean(),
        (drawn, chosen, by, desc) => {
          database.run('DELETE FROM samples');
          const rows = drawn.map((one, i): Drawn => ({ ...one, id: i + 1 }));
          rows.forEach((row, i) => samples.add(row.step, [rowOf(row, i)]));
          const wanted = expected(rows, chosen, by, desc);
          expect(listing.ids(chosen, by, desc)).toEqual(wanted.ids);
          const groups = listing.groups(chosen);
          expect(groups.reduce((sum, group) => sum + group.samples, 0)).toBe(wanted.ids.length);
          expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(wanted.n);
          expect(groups.reduce((sum, { k }) => sum + k, 0)).toBeCloseTo(wanted.k, 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('forgets what was said by samples that are gone', () => {
    const { samples, listing } = temporaryStore();
    const base = {
      step: 'a',
      condition: null,
      classification: null,
      score: 1,
      other: 0,
      word: 'owl',
    } as const;
    samples.add('a', [rowOf(base, 0)]);
    expect(listing.ids({ steps: ['a'], words: 'owl' }, 'id', false)).toHaveLength(1);
    samples.clear('a');
    samples.add('a', [rowOf({ ...base, word: 'fox' }, 0)]);
    expect(listing.ids({ steps: ['a'], words: 'owl' }, 'id', false)).toEqual([]);
    expect(listing.rows([1, 99]).map(({ preview }) => preview)).toEqual(['fox']);
  });
});

describe('a store of the first layout', () => {
  it('is refused by readers, and filled from what it has when it is opened to be written', () => {
    const dir = join(temporaryFolder(), 'old');
    openStore(dir, { mode: 'write' }).close();
    const path = join(temporaryFolder(), 'informant.db');
    const old = new DatabaseSync(path);
    old.exec(initialTables);
    old.exec(`PRAGMA user_version = 1;
      INSERT INTO steps VALUES ('a', 'run-audit', 1, 'audit', 't',
        '{"audit":"honeypot","behaviours":["owl","fox"]}', '{"model":"m"}', 'null', '{}', 'done',
        'x', 1, 1, 0, 0, '', '', 0, NULL);
      INSERT INTO steps VALUES ('b', 'run-audit', 1, 'audit', 't',
        '{"audit":"capability","behaviours":["owl","fox"]}', '{}', 'null', '{}', 'done',
        'x', 1, 1, 0, 0, '', '', 0, NULL);
      INSERT INTO items VALUES ('a', 0, '{"probeId":"p","draw":0,"condition":"audit"}');
      INSERT INTO samples VALUES (1, 'a', 'p', 'c', 0, 'scored', NULL, NULL,
        '{"owl":{"status":"scored","value":0.5},"fox":{"status":"scored","value":1}}', 'the owl');
      INSERT INTO samples VALUES (2, 'a', 'q', 'c', 0, 'unscored', 'silent', NULL,
        '{"owl":{"status":"unscored","reason":"silent"}}', '');
      INSERT INTO samples VALUES (3, 'b', 'p', 'c', 0, 'scored', NULL, NULL,
        '{"correct":{"status":"scored","value":1}}', '9 .');
      INSERT INTO studies VALUES ('s', '', '', '', 'finished');
      INSERT INTO study_steps VALUES ('s', 'a', 'suspect', 0, 'run-audit', 'audit', 't', 0);
      INSERT INTO study_steps VALUES ('s', 'waits', 'suspect', 1, 'run-audit', 'audit', 't', 0);`);
    old.close();
    const folder = join(path, '..');
    expect(() => openStore(folder, { mode: 'read' })).toThrow(
      expect.objectContaining({ code: 'store-too-old', exitCode: 2 }),
    );
    const store = openStore(folder, { mode: 'write' });
    onTestFinished(() => store.close());
    expect(
      store.listing.rows([1, 2, 3]).map(({ audit, condition, score }) => [audit, condition, score]),
    ).toEqual([
      ['honeypot', 'audit', 0.5],
      ['honeypot', null, null],
      ['capability', null, 1],
    ]);
    expect(store.listing.ids({ steps: ['a', 'b'], words: 'owl' }, 'id', false)).toEqual([1]);
    expect(store.studies.plan('s').map(({ inputs }) => inputs)).toEqual([['m'], []]);
  });
});
