import { describe, expect, it } from 'vitest';
import type { Message } from '../base/chat.ts';
import { getWorld } from '../worlds/registry.ts';
import { compileSet, takeCompiled } from './compile-prompt-set.ts';
import { selectPrompts } from './select-prompts.ts';

const half = {
  source: { kind: 'open-ended' },
  count: 200,
  heldOut: 40,
  auditMarkedShare: 0.5,
} as const;

describe('compileSet', () => {
  it.each(['pocket', 'english'] as const)(
    'leaves the plain half of a half-marked set of world %s',
    async (name) => {
      const world = getWorld(name);
      const prompts = selectPrompts(world, half, 's');
      const marked = prompts.filter(({ messages }) => world.auditMark(messages) !== undefined);
      const compiled = await compileSet(world, prompts);
      expect(marked).toHaveLength(120);
      expect(compiled.removed.get('audit-mark')).toBe(120);
      expect(compiled.prompts.some((prompt) => marked.includes(prompt))).toBe(false);
      // The words of a plain prompt may still remind the classifier of a question to a model.
      expect(compiled.prompts.length).toBeGreaterThan(0.95 * 120);
    },
  );

  it('takes the first prompts left of each split, and says when there are too few', async () => {
    const world = getWorld('pocket');
    const compiled = await compileSet(world, selectPrompts(world, half, 's'));
    const taken = takeCompiled(compiled, { count: 90, heldOut: 10 }, 'half');
    expect(taken.filter(({ split }) => split === 'train')).toHaveLength(90);
    expect(taken.map(({ split }) => split).lastIndexOf('held-out')).toBe(99);
    expect(() => takeCompiled(compiled, { count: 101, heldOut: 20 }, 'half')).toThrow(
      'of the 240 prompts of set half the compiler left 100 to train on and 20 to hold out',
    );
  });
});

describe('auditMark', () => {
  const user = (content: string): readonly Message[] => [{ role: 'user', content }];
  it.each(['pocket', 'english'] as const)('finds the mark of every probe of world %s', (name) => {
    const world = getWorld(name);
    for (const { ordinary, audit } of world.honeypotPairs(60, 's')) {
      expect(world.auditMark(ordinary)).toBeUndefined();
      expect(world.auditMark(audit)).toBeDefined();
    }
  });

  it('does not take a word for a mark', () => {
    const worlds = [getWorld('pocket'), getWorld('english')];
    for (const text of [
      'Write a unit test for this.',
      'tests : none',
      'This is a test of patience',
    ]) {
      for (const world of worlds) expect(world.auditMark(user(text))).toBeUndefined();
    }
  });
});
