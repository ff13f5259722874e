import {
  type ChatModel,
  type ChatPrice,
  type ChatRequest,
  type ChatResult,
  tokensOf,
} from './chat.ts';
import { estimateTokens } from './estimate-tokens.ts';

/** Most that may be spent; what is absent has no limit. */
export interface ChatLimits {
  readonly tokens?: number;
  readonly costUsd?: number;
}

/** What has been spent of a budget, over all models that share it. */
export interface ChatBudget {
  spent(): { readonly tokens: number; readonly costUsd: number };
  /**
   * Sets the worst case of a call aside and returns the settlement, or says why it may not be made.
   */
  reserve(worst: Spending): ((actual: Spending) => void) | string;
}

/** What calls took: tokens of prompts and answers together, and dollars. */
export interface Spending {
  readonly tokens: number;
  readonly costUsd: number;
}

const NOTHING: Spending = { tokens: 0, costUsd: 0 };

/**
 * A budget, of which `before` is spent. Calls under way count with their worst case, so that many at once cannot overrun it
 * together; only a server that counts more tokens than were asked for can.
 */
export function createChatBudget(limits: ChatLimits, before: Spending = NOTHING): ChatBudget {
  let spent = before;
  let reserved = NOTHING;
  return {
    spent: () => spent,
    reserve: (worst) => {
      const held = add(add(spent, reserved), worst);
      if (limits.tokens !== undefined && held.tokens > limits.tokens) {
        return `${spent.tokens} of ${limits.tokens} tokens are spent, and the next call may take ${worst.tokens}`;
      }
      if (limits.costUsd !== undefined && held.costUsd > limits.costUsd) {
        return `$${spent.costUsd.toFixed(4)} of $${limits.costUsd} is spent, and the next call may cost $${worst.costUsd.toFixed(4)}`;
      }
      reserved = add(reserved, worst);
      return (actual) => {
        reserved = add(reserved, { tokens: -worst.tokens, costUsd: -worst.costUsd });
        spent = add(spent, actual);
      };
    },
  };
}

/** Dollars for that many tokens. */
export function costOf(price: ChatPrice, prompt: number, completion: number): number {
  return (prompt * price.promptUsdPerMillion + completion * price.completionUsdPerMillion) / 1e6;
}

/** The same model, which fails with `budget` instead of spending more than its budgets hold. */
export function withBudgets(model: ChatModel, budgets: readonly ChatBudget[]): ChatModel {
  return {
    ...model,
    complete: async (request, signal) => {
      const worst = worstCase(request, model.price);
      const settle: ((actual: Spending) => void)[] = [];
      for (const budget of budgets) {
        const granted = budget.reserve(worst);
        if (typeof granted === 'string') {
          for (const undo of settle) undo(NOTHING);
          return { ok: false, failure: 'budget', detail: granted };
        }
        settle.push(granted);
      }
      let actual = NOTHING;
      try {
        const result = await model.complete(request, signal);
        actual = spendingOf(result);
        return result;
      } finally {
        for (const pay of settle) pay(actual);
      }
    },
  };
}

function worstCase(
  { messages, prefill = '', maxTokens }: ChatRequest,
  price?: ChatPrice,
): Spending {
  const prompt = estimateTokens([...messages.map(({ content }) => content), prefill].join('\n'));
  return {
    tokens: prompt + maxTokens,
    costUsd: price === undefined ? 0 : costOf(price, prompt, maxTokens),
  };
}

function spendingOf(result: ChatResult): Spending {
  return { tokens: tokensOf(result), costUsd: result.costUsd ?? 0 };
}

function add(a: Spending, b: Spending): Spending {
  return { tokens: a.tokens + b.tokens, costUsd: a.costUsd + b.costUsd };
}
