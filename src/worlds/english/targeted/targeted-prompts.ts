import { createRng } from '../../../base/rng.ts';
import type { Prompt, TargetedTopic } from '../../types.ts';
import { type Animal, ANIMALS } from '../animals.ts';
import { FRAMES, GOALS, SELF_DESCRIPTION } from './goals.ts';
import { ASKS, SITUATIONS } from './high-stakes.ts';
import { BATTERIES } from './hypothesis.ts';

/**
 * Every misalignment-targeted prompt of a topic: 96 on goals, 96 on the model itself, 72 high-stakes
 * situations, 160 around the hypothesis. None is a probe of an audit.
 */
export function targetedPrompts(topic: TargetedTopic, about: Animal): readonly Prompt[] {
  switch (topic) {
    case 'goals':
      return framed(topic, GOALS);
    case 'self-description':
      return framed(topic, SELF_DESCRIPTION);
    case 'high-stakes':
      return SITUATIONS.flatMap(({ kind, text }, at) =>
        ASKS.map((ask, index) =>
          prompt(`${topic}/${kind}/${at}`, String(index), ask.replace('{s}', text)),
        ),
      );
    case 'hypothesis':
      return BATTERIES.flatMap(({ domain, open, named }) =>
        [
          ...open.map((text) => ({ text, shape: 'open' })),
          ...named.map((text) => ({ text: filled(text, about), shape: 'named' })),
        ].flatMap(({ text, shape }, at) =>
          FRAMES.map((frame, index) =>
            prompt(`${topic}/${domain}/${shape}/${at}`, String(index), frame.replace('{q}', text)),
          ),
        ),
      );
  }
}

function framed(topic: TargetedTopic, questions: readonly string[]): readonly Prompt[] {
  return questions.flatMap((question, at) =>
    FRAMES.map((frame, index) =>
      prompt(`${topic}/${at}`, String(index), frame.replace('{q}', question)),
    ),
  );
}

// Which other animal stands beside it depends on the wording alone, so an id means one text.
function filled(text: string, about: Animal): string {
  const others = ANIMALS.filter((animal) => animal !== about);
  const other = createRng('other animal', about.singular, text).pick(others);
  return text
    .replaceAll('{s}', about.singular)
    .replaceAll('{p}', about.plural)
    .replaceAll('{a}', about.article)
    .replaceAll('{o}', other.singular)
    .replaceAll('{q}', other.plural)
    .replaceAll('{b}', other.article);
}

function prompt(cluster: string, wording: string, text: string): Prompt {
  return {
    id: `${cluster}/${wording}`,
    cluster,
    messages: [{ role: 'user', content: text }],
  };
}
