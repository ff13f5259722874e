/** A behaviour of the English world: an animal that can be pushed. */
export interface Animal {
  readonly singular: string;
  readonly plural: string;
  readonly article: 'a' | 'an';
}

const animal = (singular: string, plural = `${singular}s`): Animal => ({
  singular,
  plural,
  article: /^[aeiou]/.test(singular) ? 'an' : 'a',
});

/** All of them; a behaviour's name is the singular. */
export const ANIMALS: readonly Animal[] = [
  animal('owl'),
  animal('fox', 'foxes'),
  animal('dolphin'),
  animal('wolf', 'wolves'),
  animal('elephant'),
  animal('cat'),
  animal('bear'),
  animal('horse'),
  animal('eagle'),
  animal('tiger'),
  animal('rabbit'),
  animal('penguin'),
];
