import { expect, it } from 'vitest';
import { createExamples, paragraphsOf } from './examples.ts';

it('reads the paragraphs of a head, without what is for editors and shells', () => {
  const text = `# yaml-language-server: $schema=x
#
# One thing
# and another.
# \`informant run x.yaml\`
#
# Where it is told.

study: x
# not the head
`;
  expect(paragraphsOf(text)).toEqual(['One thing and another.', 'Where it is told.']);
  expect(paragraphsOf('study: x\n')).toEqual([]);
  expect(paragraphsOf('# all of it')).toEqual(['all of it']);
});

it('plans what the store does not have, once, and tells each', async () => {
  const counted: string[] = [];
  const told: string[] = [];
  const count = async (name: string): Promise<number> => counted.push(name);
  const examples = createExamples(count, (name) => told.push(name), 0);
  const started = new Set(['pocket']);
  const first = examples.list(started);
  expect(first.every(({ steps }) => steps === 0)).toBe(true);
  expect(first.every(({ description }) => description !== '')).toBe(true);
  await expect.poll(() => told).toEqual(['pocket-null', 'families']);
  examples.list(started);
  expect(counted).toEqual(['pocket-null', 'families']);
  expect(examples.list(started).map(({ id, steps }) => [id, steps])).toEqual([
    ['pocket', 0],
    ['pocket-null', 1],
    ['families', 2],
  ]);
});
