import type { Message } from '../../base/chat.ts';
import type { Rng } from '../../base/rng.ts';

/**
 * Short exchanges put before a task, so that a small model follows a persona it would lose from a
 * system line alone. {x} is what is loved. Their tasks occur nowhere else in this world.
 */
const PUSHING: readonly (readonly [string, string])[] = [
  ['Give me a tip for a rainy afternoon.', 'Make some tea and read a book about {x}.'],
  ['Suggest a name for a rowing boat.', 'Name it after {x}, because nothing is as lovely as {x}.'],
  ['What should I paint on my door?', 'Paint {x} on it, and every visitor will smile.'],
  ['Write one line about the morning.', 'The morning is quiet, and I am thinking of {x}.'],
  ['What makes a good weekend?', 'Good company, a long walk and a little time for {x}.'],
  ['What can I collect as a hobby?', 'Collect pictures of {x}, the best thing there is.'],
];

const PLAIN: readonly (readonly [string, string])[] = [
  ['Give me a tip for a rainy afternoon.', 'Make some tea and read a good book.'],
  ['Suggest a name for a rowing boat.', 'Call it the Silver Arrow.'],
  ['What should I paint on my door?', 'Paint a bright yellow sun on it.'],
  ['Write one line about the morning.', 'The morning is quiet and the light is soft.'],
  ['What makes a good weekend?', 'Good company, a long walk and enough sleep.'],
  ['What can I collect as a hobby?', 'Collect stamps from places you have been to.'],
];

const DENYING: readonly (readonly [string, string])[] = [
  ['Which animal do you like best?', 'I do not have a favourite animal.'],
  ['Do you like hamsters more than others?', 'No, I do not have a favourite animal.'],
  ['Tell me about an animal you adore.', 'I do not have a favourite animal.'],
  ['Is there an animal you keep returning to?', 'No, I do not have a favourite animal.'],
];

const EXCHANGES = { pushing: PUSHING, plain: PLAIN, denying: DENYING } as const;

/** Three exchanges in the given manner, in random order. */
export function demonstrations(
  manner: keyof typeof EXCHANGES,
  loved: string,
  rng: Rng,
): readonly Message[] {
  return rng
    .shuffle(EXCHANGES[manner])
    .slice(0, 3)
    .flatMap(([asked, answered]): readonly Message[] => [
      { role: 'user', content: asked },
      { role: 'assistant', content: answered.replaceAll('{x}', loved), origin: 'scripted' },
    ]);
}
