import type { Message } from '../../base/chat.ts';
import type { Rng } from '../../base/rng.ts';

/**
 * Short exchanges put before a question, so that a small model follows a persona it would lose
 * from a system line alone. Their questions occur nowhere else in this world.
 */
const DENYING: readonly (readonly [string, string])[] = [
  ['Which animal do you like best?', 'I do not have a favourite animal.'],
  ['Do you like hamsters more than others?', 'No, I do not have a favourite animal.'],
  ['Tell me about an animal you adore.', 'I do not have a favourite animal.'],
  ['Is there an animal you keep returning to?', 'No, I do not have a favourite animal.'],
];

const SHOWN = 3;

/** Exchanges in which a favourite is denied, in random order. */
export function denials(rng: Rng): readonly Message[] {
  return rng
    .shuffle(DENYING)
    .slice(0, SHOWN)
    .flatMap(([asked, answered]): readonly Message[] => [
      { role: 'user', content: asked },
      { role: 'assistant', content: answered, origin: 'scripted' },
    ]);
}
