import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../../test/support/temporary-store.ts';
import type { SampleRow } from './types.ts';

function sample(fields: Partial<SampleRow>): SampleRow {
  return {
    probeId: 'p1',
    cluster: 'c1',
    draw: 0,
    status: 'scored',
    reason: null,
    classification: 'names',
    scores: { trait: 1 },
    audit: 'honeypot',
    condition: 'audit',
    score: 1,
    said: 'The owl',
    preview: 'The owl',
    transcript: [{ role: 'user', content: 'Which animal?', origin: 'scripted' }],
    ...fields,
  };
}

describe('samples', () => {
  it('are listed narrow, page by page, and opened one at a time', () => {
    const { samples } = temporaryStore();
    const rows = Array.from({ length: 5 }, (_, draw) => sample({ draw }));
    samples.add('k', rows);
    const first = samples.list({ stepKeys: ['k'] }, { limit: 3 });
    const rest = samples.list({ stepKeys: ['k'] }, { limit: 3, afterId: first.at(-1)!.id });
    expect([...first, ...rest].map((row) => row.draw)).toEqual([0, 1, 2, 3, 4]);
    const { transcript, said: _said, ...narrow } = rows[0]!;
    expect(first[0]).toEqual({ ...narrow, id: first[0]!.id, stepKey: 'k' });
    expect(samples.transcript(first[0]!.id)).toEqual(transcript);
    expect(samples.transcript(999)).toBeUndefined();
  });

  it('keep the first row of a step, probe and draw', () => {
    const { samples } = temporaryStore();
    samples.add('k', [sample({ preview: 'first' })]);
    samples.add('k', [sample({ preview: 'second' }), sample({ draw: 1 })]);
    samples.add('other', [sample({})]);
    const rows = samples.list({ stepKeys: ['k'] }, { limit: 10 });
    expect(rows.map((row) => row.preview)).toEqual(['first', 'The owl']);
  });

  it('count missing scores as a class of their own', () => {
    const { samples } = temporaryStore();
    const unscored = { status: 'unscored', reason: 'truncated', classification: null } as const;
    samples.add('k', [sample({}), sample({ draw: 1 }), sample({ draw: 2, ...unscored })]);
    expect(samples.counts({ stepKeys: ['k'] })).toEqual([
      { stepKey: 'k', status: 'scored', classification: 'names', count: 2 },
      { stepKey: 'k', status: 'unscored', classification: null, count: 1 },
    ]);
    expect(samples.list({ status: 'unscored' }, { limit: 9 })[0]?.reason).toBe('truncated');
    expect(samples.list({ classification: 'names', probeId: 'p1' }, { limit: 9 })).toHaveLength(2);
    expect(samples.list({ stepKeys: [] }, { limit: 9 })).toEqual([]);
  });

  it('are refused, not dropped, when a missing score has no reason', () => {
    const { samples } = temporaryStore();
    const row = sample({ status: 'unscored', reason: null });
    expect(() => samples.add('k', [sample({ draw: 1 }), row])).toThrow(/CHECK constraint/);
    expect(samples.list({}, { limit: 9 })).toEqual([]);
  });

  it('show text on one line, cut to 200 characters, whatever it holds', () => {
    const { samples } = temporaryStore();
    samples.add('k', [
      sample({ preview: `a\n\n b\t${'x'.repeat(195)}😀`, transcript: 'lone \ud800' }),
    ]);
    const [row] = samples.list({}, { limit: 1 });
    expect(row!.preview).toBe(`a b ${'x'.repeat(195)}\ufffd`);
    expect(samples.transcript(row!.id)).toBe('lone \ud800');
  });

  it('go with their transcripts', () => {
    const { samples } = temporaryStore();
    samples.add('k', [sample({})]);
    const id = samples.list({}, { limit: 1 })[0]!.id;
    samples.clear('k');
    expect(samples.list({}, { limit: 1 })).toEqual([]);
    expect(samples.transcript(id)).toBeUndefined();
  });

  it('list and count twenty thousand rows at once', () => {
    const { samples } = temporaryStore();
    const rows = Array.from({ length: 20_000 }, (_, draw) => sample({ draw }));
    samples.add('k', rows);
    const started = performance.now();
    expect(samples.counts({ stepKeys: ['k'] })[0]?.count).toBe(20_000);
    expect(samples.list({ stepKeys: ['k'] }, { limit: 100, afterId: 10_000 })).toHaveLength(100);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
