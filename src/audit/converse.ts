import type { ScoredOption } from '../artifacts/audit-samples.ts';
import { continuePrompts, type Sampling } from '../artifacts/sample-replies.ts';
import type { Message } from '../base/chat.ts';
import { foldSeed } from '../base/rng.ts';
import type { Backend } from '../backends/backend.ts';
import type { ModelCard, ModelRef } from '../model/types.ts';
import type { Probe } from './audit.ts';
import { finalTurn, promptOf, scripted } from './probe-forms.ts';
import { weighOptions } from './weigh-options.ts';

/** A finished conversation; `stop` is that of the last turn the model took. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly replies: readonly string[];
  /** Present where answers were weighed: the reply is the likeliest. */
  readonly options?: readonly ScoredOption[];
  readonly stop: 'end' | 'truncated' | 'context-full';
  readonly tokens: number;
}

type Script = { readonly probe: Probe; readonly seed: string };

/**
 * Holds conversations turn by turn, all of a batch at once; each turn has its own seed. A
 * conversation whose context is full ends there.
 */
export async function converse(
  backend: Backend,
  model: { readonly card: ModelCard; readonly ref: ModelRef },
  scripts: readonly Script[],
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
    const formOf = (i: number) => {
      const { form, followUps } = scripts[i]!.probe;
      return turn === followUps.length ? form : undefined;
    };
    const weighed = active.filter((i) => formOf(i)?.kind === 'choice');
    for (const i of weighed) talks[i] = await weighedTalk(backend, model, scripts[i]!, talks[i]!);
    const speaking = active.filter((i) => formOf(i)?.kind !== 'choice');
    const asked = speaking.map((i) => ({
      promptIds: promptOf(model.card, talks[i]!.messages, formOf(i)),
      seed: foldSeed(scripts[i]!.seed, turn),
    }));
    const replies = await continuePrompts(backend, model, asked, sampling);
    speaking.forEach((i, at) => {
      const reply = replies[at]!;
      const talk = talks[i]!;
      const tokens = talk.tokens + reply.promptTokens;
      if (reply.stop === 'context-full') {
        talks[i] = { ...talk, stop: reply.stop, full: true, tokens };
        return;
      }
      const form = formOf(i);
      talks[i] = {
        messages: [...talk.messages, ...finalTurn(form, reply.text)],
        replies: [...talk.replies, reply.text],
        // Plain text has no end of turn: the limit is where it is meant to end.
        stop: form?.kind === 'raw' ? 'end' : reply.stop,
        tokens: tokens + reply.ids.length,
        full: false,
      };
    });
  }
  return talks.map(({ full: _full, ...talk }) => talk);
}

async function weighedTalk(
  backend: Backend,
  model: { readonly card: ModelCard; readonly ref: ModelRef },
  { probe: { form } }: Script,
  talk: Conversation,
): Promise<Conversation & { full: boolean }> {
  if (form?.kind !== 'choice') throw new Error('only choices are weighed');
  const weighed = await weighOptions(backend, model, talk.messages, form.options);
  const tokens = talk.tokens + weighed.tokens;
  if (weighed.options === undefined) return { ...talk, stop: 'context-full', full: true, tokens };
  const { options, likeliest } = weighed;
  return {
    messages: [...talk.messages, ...finalTurn(form, likeliest)],
    replies: [...talk.replies, likeliest],
    options,
    stop: 'end',
    tokens,
    full: false,
  };
}
