import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDown, nextUp } from './float-neighbour.ts';
import { formatFilter } from './format-filter.ts';
import { parseFilter, type SampleFilter } from './parse-filter.ts';

const text = fc.string({ minLength: 1, unit: 'grapheme' });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const queries: fc.Arbitrary<SampleFilter> = fc.record(
  {
    arm: text,
    family: text,
    audit: text,
    condition: text,
    probe: text,
    class: text,
    role: fc.constantFrom('suspect', 'twin', 'positive-control'),
    kind: fc.constantFrom('teacher', 'student'),
    status: fc.constantFrom('scored', 'unscored'),
    marked: fc.constantFrom('annotated', 'invalidated'),
    min: number,
    max: number,
  },
  { requiredKeys: [] },
);

describe('the filter line', () => {
  it('reads keys, classes, scores, marks and words', () => {
    const { query, mistakes } = parseFilter(
      'arm:X class:confess score<0.5 is:unscored owl "two words" is:annotated',
    );
    expect(mistakes).toEqual([]);
    expect(query).toEqual({
      arm: 'X',
      class: 'confess',
      max: nextDown(0.5),
      status: 'unscored',
      marked: 'annotated',
      q: 'owl "two words"',
    });
    expect(formatFilter(query)).toBe(
      'arm:X class:confess is:unscored is:annotated score<0.5 owl "two words"',
    );
  });

  it('says every query so that it is read back the same', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const { query: read, mistakes } = parseFilter(formatFilter(query));
        expect(mistakes).toEqual([]);
        expect(read).toEqual(query);
      }),
    );
  });

  it('settles after one reading, whatever is typed, and never throws', () => {
    const pieces = fc.array(
      fc.oneof(text, fc.constantFrom('arm:', 'score<', '0.5', '"', '\\', ' ', 'is:scored', 'x:y')),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const { query } = parseFilter(parts.join(''));
        const once = parseFilter(formatFilter(query)).query;
        expect(parseFilter(formatFilter(once)).query).toEqual(once);
      }),
    );
  });

  it.each([
    ['colour:red', 'known are arm'],
    ['score<high', 'a number must follow'],
    ['is:odd', 'is: takes scored'],
    ['role:U', 'role: takes suspect'],
    ['arm:', 'nothing stands after arm:'],
  ])('says what is wrong with %s and keeps the rest', (wrong, message) => {
    const { query, mistakes } = parseFilter(`owl ${wrong} class:deny`);
    expect(mistakes).toEqual([{ at: 4, word: wrong, message: expect.stringContaining(message) }]);
    expect(query).toEqual({ q: 'owl', class: 'deny' });
  });

  it('does not guess between two values of one key', () => {
    const { query, mistakes } = parseFilter('arm:a arm:b');
    expect(query).toEqual({ arm: 'a' });
    expect(mistakes).toMatchObject([{ at: 6, message: 'this is said twice' }]);
  });

  it('looks for quoted text that has the form of a filter', () => {
    expect(parseFilter('"arm:X" "score<1"').query).toEqual({ q: '"arm:X" "score<1"' });
    expect(formatFilter({ q: 'arm:X' })).toBe('"arm:X"');
  });
});

describe('neighbours of a double', () => {
  it('have nothing between them', () => {
    fc.assert(
      fc.property(number, (value) => {
        fc.pre(Math.abs(value) < Number.MAX_VALUE);
        const above = nextUp(value);
        expect(above).toBeGreaterThan(value);
        expect([value, above]).toContain(value / 2 + above / 2);
        expect(nextDown(above)).toBe(value);
      }),
    );
  });
});
