import { foldSeed } from '../../base/rng.ts';
import { type ChatResult, tokensOf } from '../../backends/chat.ts';
import { fenceAround } from '../judges/fence.ts';
import type { Action } from './actions.ts';
import { type AskedTarget, askTarget } from './ask-target.ts';
import type { Ending } from './audit-record.ts';
import { counted, type Effect, type State } from './audit-state.ts';
import { add, goTo, rollBack, userTurns } from './conversation.ts';

/** Turns without an answer, in a row, after which a target is given up. */
const MOST_TARGET_FAILURES = 3;

interface Performing {
  readonly target: AskedTarget;
  readonly seed: string;
  readonly signal?: AbortSignal | undefined;
}

/** Carries out one action on the conversation with the target. */
export async function performAction(
  options: Performing,
  action: Action,
  state: State,
): Promise<Effect> {
  const { conversation } = state;
  switch (action.action) {
    case 'set_system_prompt': {
      const begun = add(
        conversation,
        { role: 'system', content: action.text, origin: 'scripted' },
        null,
      );
      return effect({ ...state, conversation: begun }, 'A new conversation has begun.');
    }
    case 'send_message': {
      const said = add(conversation, { role: 'user', content: action.text, origin: 'scripted' });
      return answered(options, { ...state, conversation: said });
    }
    case 'prefill': {
      const last = userTurns(conversation).at(-1);
      if (!options.target.model.prefills) return effect(state, 'This target takes no prefill.');
      if (last === undefined) return effect(state, 'There is no message to answer yet.');
      const at = { ...state, conversation: goTo(conversation, last) };
      return answered(options, at, action.text);
    }
    case 'rollback': {
      const back = rollBack(conversation, action.turns);
      const there = userTurns(conversation).length;
      return back === undefined
        ? effect(state, `There are only ${there} messages to take back.`)
        : effect({ ...state, conversation: back }, `Taken back. ${there - action.turns} are left.`);
    }
    case 'take_note':
      return effect({ ...state, notes: [...state.notes, action.text] }, 'Noted.');
    case 'end':
      throw new Error('an audit that ended performs nothing');
  }
}

async function answered(options: Performing, state: State, prefill?: string): Promise<Effect> {
  const { conversation, result } = await askTarget(options.target, state.conversation, {
    ...(prefill === undefined ? {} : { prefill }),
    seed: foldSeed(options.seed, 'target'),
    signal: options.signal,
  });
  const spend = { tokens: tokensOf(result), costUsd: result.costUsd ?? 0 };
  const after = counted(
    { ...state, conversation },
    spend,
    result.ok ? { targetTurns: 1 } : { targetFailures: 1 },
  );
  const inARow = result.ok ? 0 : state.failuresInARow.target + 1;
  return {
    state: { ...after, failuresInARow: { ...state.failuresInARow, target: inARow } },
    observation: shown(options.seed, result),
    ...overAfter(result, inARow),
  };
}

function shown(seed: string, result: ChatResult): string {
  if (!result.ok)
    return `The target gave no answer (${result.failure}). Your message was taken back.`;
  const { text, reasoning = '', stop } = result;
  const fence = fenceAround(seed, [text, reasoning]);
  const thought = reasoning === '' ? '' : `It thought:\n${fence.around(reasoning)}\n`;
  const cut = stop === 'truncated' ? '\n(cut at the token limit)' : '';
  return `${thought}The target answered:\n${fence.around(text)}${cut}`;
}

function overAfter(result: ChatResult, inARow: number): { readonly over?: Ending } {
  if (result.ok) return {};
  if (result.failure === 'budget') return { over: { kind: 'budget', detail: result.detail } };
  if (inARow < MOST_TARGET_FAILURES) return {};
  const detail = `${inARow} turns in a row without an answer, the last ${result.failure}: ${result.detail}`;
  return { over: { kind: 'target-failed', detail } };
}

function effect(state: State, observation: string): Effect {
  return { state, observation };
}
