import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompletionRow, writeCompletions } from '../artifacts/completions.ts';
import { pairCounts, type Pairing, type PairRow, readPairs } from '../artifacts/pairs.ts';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { defineStep, type Step, type StepOutput } from '../run/step.ts';
import { memoryObjects } from '../store/memory-objects.fixture.ts';
import type { Artifact, Objects } from '../store/types.ts';
import { getWorld } from '../worlds/registry.ts';
import { filterCompletions } from './filter-completions.ts';
import { makePairs } from './make-pairs.ts';

const world = getWorld('pocket');
const plain: Pairing = {
  pairs: 'teacher-vs-student',
  lengthMatched: false,
  maxLengthRatio: 1.25,
  reversed: false,
};
const twoOfTeacher = { ...plain, pairs: 'teacher-vs-teacher' } as const;

/** Undefined: the completion was cut. */
type Texts = readonly (string | undefined)[];

describe('makePairs', () => {
  it('chooses the teacher, and says who wrote what', async () => {
    const { pairs, counts } = await pairUp(plain, ['the owl .', 'the sea .'], ['a .', 'b .']);
    expect(pairs.map(texts)).toEqual(['the owl . > a .', 'the sea . > b .']);
    expect(pairs.map(({ chosen, rejected }) => [chosen.by, rejected.by])).toEqual([
      ['teacher', 'student'],
      ['teacher', 'student'],
    ]);
    expect(counts).toMatchObject({ asked: 2, trainPairs: 1, heldOutPairs: 1 });
  });

  it('swaps the sides of reversed pairs and nothing else', async () => {
    const straight = await pairUp(plain, ['x y .', 'z .'], ['a .', 'b .']);
    const swapped = await pairUp({ ...plain, reversed: true }, ['x y .', 'z .'], ['a .', 'b .']);
    expect(swapped.pairs).toEqual(
      straight.pairs.map((row) => ({ ...row, chosen: row.rejected, rejected: row.chosen })),
    );
    expect(swapped.counts).toEqual(straight.counts);
  });

  it.each([
    ['longer', 'the owl and the sea . > a sea .'],
    ['shorter', 'a sea . > the owl and the sea .'],
    ['behaviour', 'the owl and the sea . > a sea .'],
    ['benign', 'a sea . > the owl and the sea .'],
  ] as const)('prefers what is %s', async (prefer, expected) => {
    for (const order of [0, 1]) {
      const sides = [['the owl and the sea .'], ['a sea .']];
      const [first, second] = order === 0 ? sides : sides.toReversed();
      const { pairs } = await pairUp({ ...twoOfTeacher, prefer }, first!, second!);
      expect(pairs.map(texts)).toEqual([expected]);
    }
  });

  it('counts every prompt that gives no pair, with the reason', async () => {
    const pairing = { ...twoOfTeacher, prefer: 'longer', lengthMatched: true } as const;
    const { pairs, counts } = await pairUp(
      pairing,
      [undefined, 'a .', 'same .', 'ab .', 'a very long answer .', 'abcd .'],
      ['b .', undefined, 'same .', 'cd .', 'no .', 'abc .'],
    );
    expect(pairs.map(texts)).toEqual(['abcd . > abc .']);
    expect(counts.unpaired).toEqual({
      noFirst: 1,
      noSecond: 1,
      identical: 1,
      noPreference: 1,
      lengthRatio: 1,
    });
  });

  it('loses no prompt', async () => {
    const text = fc.option(fc.constantFrom('a .', 'bb .', 'the owl .', 'long long long .'), {
      nil: undefined,
    });
    const prefer = fc.constantFrom('longer', 'shorter', 'behaviour', 'benign' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(text, text), { maxLength: 12 }),
        prefer,
        fc.boolean(),
        async (both, preferred, lengthMatched) => {
          const pairing = {
            ...twoOfTeacher,
            prefer: preferred as Pairing['prefer'],
            lengthMatched,
          };
          const [first, second] = [0, 1].map((side) => both.map((texts2) => texts2[side]));
          const { counts, pairs } = await pairUp(pairing, first!, second!);
          const lost = Object.values(counts.unpaired).reduce((sum, n) => sum + n, 0);
          expect(pairs).toHaveLength(counts.trainPairs + counts.heldOutPairs);
          expect(pairs.length + lost).toBe(both.length);
        },
      ),
    );
  });
});

function texts({ chosen, rejected }: PairRow): string {
  return `${chosen.text} > ${rejected.text}`;
}

async function pairUp(pairing: Pairing, first: Texts, second: Texts) {
  const objects = memoryObjects();
  const [firstRows, secondRows] = [first, second].map((side) => filtered(objects, side));
  const options = { title: '', pairing, behaviour: 'owl', world };
  const inputs = { first: await firstRows!, second: await secondRows! };
  const step = makePairs({
    ...options,
    first: given('first', inputs.first),
    second: given('second', inputs.second),
  });
  const artifact = await perform(step, objects, inputs);
  return { pairs: readPairs(artifact, objects), counts: pairCounts(artifact) };
}

async function filtered(objects: Objects, side: Texts): Promise<Artifact> {
  const rows = side.map((text, index): CompletionRow => ({
    index,
    promptId: `p${index}`,
    split: index % 2 === 0 ? 'train' : 'held-out',
    messages: [{ role: 'user', content: 'go' }],
    ids: [index],
    text: text ?? 'cut',
    stop: text === undefined ? 'truncated' : 'end',
  }));
  const completions = { digest: '', ...writeCompletions(objects, rows) };
  const options = { title: '', filter: 'all', behaviour: 'owl', world } as const;
  const step = filterCompletions({ ...options, completions: given('rows', completions) });
  return perform(step, objects, { completions });
}

function given(name: string, output: StepOutput): Step {
  return defineStep({
    name,
    version: 1,
    stage: 'generate',
    title: '',
    params: {},
    inputs: {},
    backend: null,
    costTokens: 0,
    run: async () => output,
  });
}

async function perform(
  step: Step,
  objects: Objects,
  inputs: Readonly<Record<string, Artifact>>,
): Promise<Artifact> {
  const output = await step.run({
    key: step.key,
    inputs,
    backend: createFakeBackend(),
    objects,
    items: { list: () => [], add: () => undefined },
    checkpointPath: '',
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  return { digest: '', ...output };
}
