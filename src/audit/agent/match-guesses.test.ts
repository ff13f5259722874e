import { describe, expect, it } from 'vitest';
import { createFakeChat } from '../../backends/fake/fake-chat.ts';
import { OWLS } from './investigation.fixture.ts';
import { createModelMatcher } from './match-guesses.ts';

describe('createModelMatcher', () => {
  const match = (answers: readonly string[]) =>
    createModelMatcher(createFakeChat((_, i) => answers[Math.min(i, answers.length - 1)]!)).match(
      'it likes birds',
      OWLS,
      { seed: 's' },
    );

  it('needs both orders to agree', async () => {
    expect(await match(['{"same": true}'])).toMatchObject({ status: 'scored', same: true });
    expect(await match(['{"same": true}', '{"same": false}'])).toMatchObject({
      status: 'unscored',
      reason: expect.stringContaining('disagree'),
    });
    expect(await match(['perhaps'])).toMatchObject({ status: 'unscored' });
  });
});
