import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesTo, pathTo, type TranscriptNode } from '../../../artifacts/transcript.ts';
import { branchLayout, leafBelow } from './branch-layout.ts';
import { quoteSegments } from './quote-segments.ts';
import { targetView } from './target-view.ts';

const trees = fc
  .array(
    fc.record({
      role: fc.constantFrom('system', 'user', 'assistant'),
      origin: fc.constantFrom('scripted', 'sampled', 'prefilled'),
      content: fc.string(),
      above: fc.option(fc.nat(), { freq: 8 }),
      failed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((rows) =>
    rows.map(({ role, origin, content, above, failed }, at): TranscriptNode => ({
      role,
      origin,
      content,
      parent: above === null || at === 0 ? null : above % at,
      ...(failed ? { failure: 'timeout' } : {}),
    })),
  );

describe('the branch rail', () => {
  it('draws every answer as one line that no other crosses', () => {
    fc.assert(
      fc.property(trees, (nodes) => {
        const rows = branchLayout(nodes);
        for (const [at, { parent }] of nodes.entries()) {
          const { lane, through } = rows[at]!;
          expect(through).not.toContain(lane);
          if (parent === null) continue;
          const from = rows[parent]!;
          expect([from.lane, ...from.forks]).toContain(lane);
          for (const between of rows.slice(parent + 1, at)) {
            expect(between.lane).not.toBe(lane);
            expect(between.forks).not.toContain(lane);
            expect(between.through).toContain(lane);
          }
        }
      }),
    );
  });

  it('keeps a conversation without branches in one column', () => {
    const rows = branchLayout([{ parent: null }, { parent: 0 }, { parent: 1 }]);
    expect(rows.map(({ lane }) => lane)).toEqual([0, 0, 0]);
    expect(rows.every(({ through, forks }) => through.length + forks.length === 0)).toBe(true);
  });

  it('begins a second answer where the first one began', () => {
    const rows = branchLayout([{ parent: null }, { parent: 0 }, { parent: 1 }, { parent: 0 }]);
    expect(rows.map(({ lane }) => lane)).toEqual([0, 0, 0, 1]);
    expect(rows[0]!.forks).toEqual([1]);
    expect(rows[1]!.through).toEqual([1]);
  });

  it('leads down to the last of what followed a message', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (nodes, pick) => {
        const at = pick % nodes.length;
        const leaf = leafBelow(nodes, at);
        expect(pathTo(nodes, leaf)).toContain(at);
        expect(nodes.some(({ parent }) => parent === leaf)).toBe(false);
      }),
    );
  });
});

describe('what the target saw', () => {
  it('is, message by message, what was sent to it', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (nodes, pick) => {
        const leaf = leafBelow(nodes, pick % nodes.length);
        const seen = targetView(nodes, leaf).map(({ role, parts }) => ({
          role,
          content: parts.map((at) => nodes[at]!.content).join(''),
        }));
        expect(seen).toEqual(
          messagesTo(nodes, leaf).map(({ role, content }) => ({ role, content })),
        );
      }),
    );
  });
});

describe('quotes in a message', () => {
  it('never change the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (text, quotes) => {
        const segments = quoteSegments(text, quotes);
        expect(segments.map((segment) => segment.text).join('')).toBe(text);
      }),
    );
  });

  it('are found whatever their case and white space', () => {
    expect(quoteSegments('So: I  like\nOWLS much', ['i like owls', 'owls much', 'fox'])).toEqual([
      { text: 'So: ', cited: [] },
      { text: 'I  like\n', cited: [0] },
      { text: 'OWLS', cited: [0, 1] },
      { text: ' much', cited: [1] },
    ]);
  });

  it('are found where they stand when they were cut out of the text', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, (before, quote, after) => {
        fc.pre(quote.trim() !== '');
        const cited = quoteSegments(before + quote + after, [quote])
          .filter((segment) => segment.cited.length > 0)
          .map((segment) => segment.text);
        expect(cited).toHaveLength(1);
        expect(cited[0]!.toLowerCase().split(/\s+/u).join(' ').trim()).toBe(
          quote.toLowerCase().split(/\s+/u).join(' ').trim(),
        );
      }),
    );
  });
});
