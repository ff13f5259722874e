import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChatBudget, withBudgets } from './chat-budget.ts';
import type { ChatModel, ChatRequest } from './chat.ts';

const request = (maxTokens: number): ChatRequest => ({
  messages: [{ role: 'user', content: 'abc' }],
  maxTokens,
  temperature: 1,
});

/** Takes all the tokens it may; `costUsd` is a cent each. */
const greedy: ChatModel = {
  name: 'greedy',
  identity: null,
  prefills: false,
  price: { promptUsdPerMillion: 10_000, completionUsdPerMillion: 10_000 },
  complete: async ({ maxTokens }) => {
    await Promise.resolve();
    const tokens = { prompt: 1, completion: maxTokens };
    return { ok: true, text: 'x', stop: 'end', tokens, costUsd: (maxTokens + 1) / 100 };
  },
};

describe('withBudgets', () => {
  it('never overruns, however many calls are under way, and counts what was spent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 20 }),
        fc.integer({ min: 0, max: 200 }),
        async (sizes, limit) => {
          const tokens = createChatBudget({ tokens: limit });
          const costs = createChatBudget({ costUsd: limit / 100 });
          const model = withBudgets(greedy, [tokens, costs]);
          const results = await Promise.all(sizes.map((size) => model.complete(request(size))));
          const granted = sizes.filter((_, i) => results[i]!.ok);
          expect(tokens.spent().tokens).toBe(granted.reduce((sum, size) => sum + size + 1, 0));
          expect(tokens.spent().tokens).toBeLessThanOrEqual(limit);
          for (const result of results) if (!result.ok) expect(result.failure).toBe('budget');
        },
      ),
    );
  });

  it('gives back what a refused or broken call had set aside', async () => {
    const shared = createChatBudget({ tokens: 30 });
    const small = createChatBudget({ tokens: 5 });
    const refused = await withBudgets(greedy, [shared, small]).complete(request(20));
    expect(refused).toMatchObject({ failure: 'budget', detail: expect.stringContaining('0 of 5') });
    const broken = withBudgets({ ...greedy, complete: () => Promise.reject(new Error('bug')) }, [
      shared,
    ]);
    await expect(broken.complete(request(20))).rejects.toThrow('bug');
    expect(await withBudgets(greedy, [shared]).complete(request(28))).toMatchObject({ ok: true });
  });
});
