import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { type Json, parseJson } from './json.ts';
import { jsonDifferences } from './json-differences.ts';

const json = fc.jsonValue().map((value): Json => parseJson(JSON.stringify(value)));

describe('jsonDifferences', () => {
  it('names leaves by path, and what is absent', () => {
    const before = { rule: { alpha: 0.05, delta: 0.1 }, families: ['a'], gone: null };
    const after = { rule: { alpha: 0.2, delta: 0.1 }, families: ['a', 'b'] };
    expect(jsonDifferences('', before, after)).toEqual([
      { path: 'rule.alpha', before: 0.05, after: 0.2 },
      { path: 'families.1', before: undefined, after: 'b' },
      { path: 'gone', before: null, after: undefined },
    ]);
  });

  it('finds something exactly when the values differ', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const differ = canonicalJson(a) !== canonicalJson(b);
        expect(jsonDifferences('x', a, b).length > 0).toBe(differ);
      }),
    );
  });
});
