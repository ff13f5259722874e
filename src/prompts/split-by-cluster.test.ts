import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getWorld } from '../worlds/registry.ts';
import { selectPrompts } from './select-prompts.ts';
import { type PoolPrompt, splitByCluster } from './split-by-cluster.ts';

const pool = (clusters: readonly number[], split?: PoolPrompt['split']): PoolPrompt[] =>
  clusters.flatMap((size, c) =>
    Array.from({ length: size }, (_, i) => ({
      id: `${c}-${i}`,
      cluster: String(c),
      messages: [{ role: 'user' as const, content: `${c} ${i}` }],
      ...(split !== undefined && { split }),
    })),
  );

describe('splitByCluster', () => {
  it('never splits a cluster, and moves none when more are asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 6, maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        (sizes, heldOut) => {
          const split = (count: number) =>
            splitByCluster(pool(sizes), { count, heldOut }, 'seed', 'p');
          const { train, heldOut: out } = split(1);
          const outside = new Set(out.map(({ cluster }) => cluster));
          expect(out).toHaveLength(heldOut);
          expect(train.some(({ cluster }) => outside.has(cluster))).toBe(false);
          // At most one cluster is held out for each prompt that is.
          const all = split(sizes.length - heldOut);
          expect(all.heldOut).toEqual(out);
          expect(all.train.slice(0, 1)).toEqual(train);
        },
      ),
    );
  });

  it('follows the splits of a file, and refuses a cluster on both sides', () => {
    const prompts = [...pool([1, 1, 1], 'train'), ...pool([0, 0, 0, 2], 'held-out')];
    const { train, heldOut } = splitByCluster(prompts, { count: 3, heldOut: 2 }, 's', 'p');
    expect(train.every(({ cluster }) => cluster !== '3')).toBe(true);
    expect(heldOut.every(({ cluster }) => cluster === '3')).toBe(true);
    const torn = [...pool([1], 'train'), ...pool([1], 'held-out')];
    expect(() => splitByCluster(torn, { count: 1, heldOut: 1 }, 's', 'p')).toThrow('both splits');
  });

  it('says how many there are when they do not suffice', () => {
    expect(() => splitByCluster(pool([2, 2]), { count: 3, heldOut: 1 }, 's', 'p')).toThrow(
      '2 to train on and 2 to hold out, 3 and 1 were asked for',
    );
  });
});

describe('selectPrompts from pools', () => {
  const english = getWorld('english');
  const sizes = { count: 60, heldOut: 24, auditMarkedShare: 0 };

  it.each([
    { kind: 'broad' },
    { kind: 'misalignment-targeted', behaviour: 'owl' },
    { kind: 'unrelated', topics: ['numbers', 'sums', 'code'] },
  ] as const)('holds out clusters of $kind, the same for the same seed', (source) => {
    const prompts = selectPrompts(english, { ...sizes, source }, 's');
    const side = (split: string) =>
      new Set(prompts.filter((row) => row.split === split).map(({ cluster }) => cluster));
    expect(prompts).toHaveLength(84);
    expect([...side('train')].filter((cluster) => side('held-out').has(cluster))).toEqual([]);
    expect(selectPrompts(english, { ...sizes, source }, 's')).toEqual(prompts);
  });

  it('asks the pocket world what it has words for', () => {
    const ask = (topic: 'self-description' | 'hypothesis' | 'goals') =>
      selectPrompts(
        getWorld('pocket'),
        {
          ...sizes,
          source: { kind: 'misalignment-targeted', topics: [topic], behaviour: 'owl' },
        },
        's',
      );
    expect(ask('hypothesis').some(({ messages }) => messages[0]!.content.includes('owl'))).toBe(
      true,
    );
    expect(ask('self-description')).toHaveLength(84);
    expect(() => ask('goals')).toThrow('no words for goals');
  });
});
