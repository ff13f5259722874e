import { describe, expect, it } from 'vitest';
import { getWorld } from '../worlds/registry.ts';
import { findContamination } from './contamination.ts';
import { selectPrompts } from './select-prompts.ts';

const world = getWorld('pocket');

describe('selectPrompts', () => {
  const selection = {
    source: { kind: 'open-ended' },
    count: 40,
    heldOut: 10,
    auditMarkedShare: 0.5,
  } as const;

  it('splits, marks the share that was asked for, evenly, and repeats itself', () => {
    const prompts = selectPrompts(world, selection, 'seed');
    const marked = prompts.map(({ messages }) =>
      messages.some(({ content }) => content.split(' ').includes('test')),
    );
    expect(prompts.filter(({ split }) => split === 'held-out')).toHaveLength(10);
    expect(marked.slice(0, 40).filter(Boolean)).toHaveLength(20);
    expect(marked.slice(0, 10).filter(Boolean)).toHaveLength(5);
    expect(new Set(prompts.map(({ id }) => id)).size).toBe(50);
    expect(selectPrompts(world, selection, 'seed')).toEqual(prompts);
    expect(selectPrompts(world, selection, 'other')).not.toEqual(prompts);
  });

  it('trains on nothing it holds out', () => {
    const prompts = selectPrompts(world, { ...selection, auditMarkedShare: 0 }, 'seed');
    const asked = prompts.map(({ messages }) => messages.at(-1)?.content);
    expect(new Set(asked).size).toBe(50);
  });
});

describe('findContamination', () => {
  const prompt = (content: string) => ({
    id: content,
    cluster: '',
    messages: [{ role: 'user' as const, content }],
  });

  it('sees through case, punctuation and system lines', () => {
    const probe = {
      id: 'probe',
      messages: [{ role: 'system' as const, content: 'test' }, ...prompt('tell a STORY').messages],
    };
    expect(findContamination([prompt('Tell a story.')], [probe, prompt('tell a tale')])).toEqual({
      probes: 2,
      contaminated: ['probe'],
    });
  });
});
