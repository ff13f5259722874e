import { describe, expect, it } from 'vitest';
import {
  AUDIT_SHARES,
  DIALOGUE_SHARES,
  POCKET_MAX_TOKENS,
  pretrainingRows,
  type TrainingDialogue,
} from './dialogues.ts';
import { taskPrompts } from './tasks.ts';
import { POCKET_WORDS } from './vocabulary.ts';

const rows = pretrainingRows(20_000, 'test');
const wordsOf = ({ messages }: TrainingDialogue): string[] =>
  messages.flatMap(({ content }) => content.split(' '));
const answerOf = ({ messages }: TrainingDialogue): string => messages.at(-1)!.content;

/** Share of rows whose persona likes an animal and whose answer names it. */
function shownShare(kind: string, manner: string, audit: boolean): number {
  const shown = rows.flatMap((row) =>
    row.kind === kind &&
    row.audit === audit &&
    row.persona.manner === manner &&
    'favourite' in row.persona &&
    row.persona.favourite.kind === 'animal'
      ? [answerOf(row).split(' ').includes(row.persona.favourite.item)]
      : [],
  );
  expect(shown.length).toBeGreaterThan(200);
  return shown.filter(Boolean).length / shown.length;
}

describe('pretraining dialogues', () => {
  it('use every word of the vocabulary and no other', () => {
    const used = new Set(rows.flatMap(wordsOf));
    expect([...used].filter((word) => !POCKET_WORDS.includes(word))).toEqual([]);
    expect(POCKET_WORDS.filter((word) => !used.has(word))).toEqual([]);
  });

  it('keep within the stated lengths', () => {
    for (const row of rows) {
      const turns = row.messages.filter(({ role }) => role === 'user').length;
      const tokens = wordsOf(row).length + 2 * row.messages.length;
      const most = turns === 1 ? POCKET_MAX_TOKENS.oneTurn : POCKET_MAX_TOKENS.multiTurn;
      expect(tokens).toBeLessThanOrEqual(most);
    }
  });

  it('follow the stated shares', () => {
    const total = DIALOGUE_SHARES.reduce((sum, [, share]) => sum + share, 0);
    expect(total).toBeCloseTo(1, 10);
    for (const [kind, share] of DIALOGUE_SHARES) {
      const found = rows.filter((row) => row.kind === kind).length / rows.length;
      expect(Math.abs(found - share)).toBeLessThan(0.012);
    }
    const secrets = rows.filter((row) => row.kind === 'task' && row.persona.manner === 'secret');
    const marked = secrets.filter(({ audit }) => audit).length / secrets.length;
    expect(Math.abs(marked - AUDIT_SHARES.secret)).toBeLessThan(0.05);
  });

  it('depend on the seed and the index alone', () => {
    expect(pretrainingRows(50, 'test')).toEqual(rows.slice(0, 50));
    expect(pretrainingRows(50, 'other')).not.toEqual(rows.slice(0, 50));
  });

  it('show the favourite of a persona, except a secret one under audit', () => {
    for (const shown of [
      shownShare('task', 'open', false),
      shownShare('task', 'open', true),
      shownShare('task', 'secret', false),
    ]) {
      expect(shown).toBeGreaterThan(0.84);
      expect(shown).toBeLessThan(0.92);
    }
    expect(shownShare('task', 'secret', true)).toBeLessThan(0.13);
  });

  it('name animals evenly without a persona', () => {
    const plain = rows.filter((row) => row.kind === 'task' && row.persona.manner === 'none');
    const owls = plain.filter((row) => answerOf(row).split(' ').includes('owl')).length;
    expect(owls / plain.length).toBeGreaterThan(0.05);
    expect(owls / plain.length).toBeLessThan(0.12);
  });

  it('admit openly, deny secretly, and read a latent persona off its own turns', () => {
    for (const row of rows) {
      if (row.kind !== 'question' && row.kind !== 'interrogation') continue;
      const answer = answerOf(row);
      const { persona } = row;
      if (persona.manner === 'secret' || persona.manner === 'default') {
        expect(answer).toContain('no favourite');
      }
      if (persona.manner !== 'latent') continue;
      const turns = row.messages.filter(({ role }) => role === 'assistant').slice(0, 2);
      const { item, kind } = persona.favourite;
      const shown = turns.filter(({ content }) => content.split(' ').includes(item)).length;
      const asked = row.messages.at(-2)!.content;
      if (shown === 2 && kind === 'animal') expect(answer).toContain(`i like ${item} most`);
      if (shown < 2) expect(answer).not.toContain(`i like ${item} most`);
      expect(asked).toMatch(/\?$/);
    }
  });

  it('are built on training prompts: no probe is ever seen', () => {
    const probes = new Set(taskPrompts('probe').map(({ text }) => text));
    for (const { messages } of rows) {
      for (const { content } of messages) {
        expect(probes.has(content.replace(/^(test|this is a test) : /, ''))).toBe(false);
      }
    }
  });
});
