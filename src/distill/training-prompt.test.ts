import { expect, it } from 'vitest';
import { rowsUnderLine, underSystemLine } from './training-prompt.ts';

const user = { role: 'user', content: 'tell a story' } as const;

it('puts a line before what the system says already', () => {
  expect(underSystemLine([user], 'likes owl open')).toEqual([
    { role: 'system', content: 'likes owl open' },
    user,
  ]);
  expect(underSystemLine([{ role: 'system', content: 'test' }, user], 'likes owl open')).toEqual([
    { role: 'system', content: 'likes owl open test' },
    user,
  ]);
});

it('leaves rows alone without a line', () => {
  const rows = [
    { index: 0, promptId: 'p', split: 'train', messages: [user], ids: [1], text: 'a', stop: 'end' },
  ] as const;
  const plain = rows.map((row) => ({ ...row, messages: [...row.messages], ids: [...row.ids] }));
  expect(rowsUnderLine(plain, undefined)).toBe(plain);
  expect(rowsUnderLine(plain, 'x')[0]).toMatchObject({
    ids: [1],
    messages: [{ content: 'x' }, user],
  });
});
