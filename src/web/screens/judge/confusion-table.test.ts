import fc from 'fast-check';
import { expect, it } from 'vitest';
import { confusionTable } from './confusion-table.ts';

const names = fc.constantFrom('confess', 'deny', 'refuse', 'unscored', 'neither');
const counted = fc.array(fc.record({ truth: names, given: names, count: fc.nat({ max: 1_000 }) }));

it('loses no judgement, whatever was given', () => {
  fc.assert(
    fc.property(counted, (rows) => {
      const { totals } = confusionTable(rows);
      const all = rows.reduce((sum, { count }) => sum + count, 0);
      expect(totals.reduce((a, b) => a + b, 0)).toBe(all);
    }),
  );
});

it('puts right answers on the diagonal and what is missing last', () => {
  const table = confusionTable([
    { truth: 'deny', given: 'unscored', count: 1 },
    { truth: 'confess', given: 'confess', count: 5 },
    { truth: 'deny', given: 'neither', count: 2 },
    { truth: 'deny', given: 'deny', count: 3 },
  ]);
  expect(table).toEqual({
    truths: ['deny', 'confess'],
    givens: ['deny', 'confess', 'neither', 'unscored'],
    cells: [
      [3, 0, 2, 1],
      [0, 5, 0, 0],
    ],
    totals: [6, 5],
  });
});
