import type { Message } from '../base/chat.ts';
import { foldSeed } from '../base/rng.ts';
import type { Backend } from '../backends/backend.ts';
import type { ModelCard, ModelRef } from '../model/types.ts';
import { sampleReplies, type Sampling } from '../artifacts/sample-replies.ts';
import type { Probe } from './audit.ts';

/** A finished conversation; `stop` is that of the last turn the model took. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly replies: readonly string[];
  readonly stop: 'end' | 'truncated' | 'context-full';
  readonly tokens: number;
}

/**
 * Holds conversations turn by turn, all of a batch at once; each turn has its own seed. A
 * conversation whose context is full ends there.
 */
export async function converse(
  backend: Backend,
  model: { readonly card: ModelCard; readonly ref: ModelRef },
  scripts: readonly { readonly probe: Probe; readonly seed: string }[],
  sampling: Sampling,
): Promise<readonly Conversation[]> {
  const talks = scripts.map(({ probe }): Conversation & { full: boolean } => ({
    messages: scripted(probe.opening),
    replies: [],
    stop: 'end',
    tokens: 0,
    full: false,
  }));
  const turns = Math.max(0, ...scripts.map(({ probe }) => probe.followUps.length + 1));
  for (let turn = 0; turn < turns; turn++) {
    const active = scripts.flatMap(({ probe }, i) =>
      turn <= probe.followUps.length && !talks[i]!.full ? [i] : [],
    );
    for (const i of active) {
      const next = turn === 0 ? [] : [scripts[i]!.probe.followUps[turn - 1]!];
      talks[i] = { ...talks[i]!, messages: [...talks[i]!.messages, ...scripted(next)] };
    }
    const asked = active.map((i) => ({
      messages: talks[i]!.messages,
      seed: foldSeed(scripts[i]!.seed, turn),
    }));
    const replies = await sampleReplies(backend, model, asked, sampling);
    active.forEach((i, at) => {
      const reply = replies[at]!;
      const talk = talks[i]!;
      const tokens = talk.tokens + reply.promptTokens;
      if (reply.stop === 'context-full') {
        talks[i] = { ...talk, stop: reply.stop, full: true, tokens };
        return;
      }
      const said: Message = { role: 'assistant', content: reply.text, origin: 'sampled' };
      talks[i] = {
        messages: [...talk.messages, said],
        replies: [...talk.replies, reply.text],
        stop: reply.stop,
        tokens: tokens + reply.ids.length,
        full: false,
      };
    });
  }
  return talks.map(({ messages, replies, stop, tokens }) => ({ messages, replies, stop, tokens }));
}

function scripted(messages: readonly Message[]): Message[] {
  return messages.map(({ role, content, origin = 'scripted' }) => ({ role, content, origin }));
}
