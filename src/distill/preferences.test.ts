import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PairRow, writePairs } from '../artifacts/pairs.ts';
import { openModel } from '../model/open-model.ts';
import type { ModelCard } from '../model/types.ts';
import { memoryObjects } from '../store/memory-objects.fixture.ts';
import { pocketFolder } from '../study/pocket-study.fixture.ts';
import { preferenceExamples } from './preferences.ts';

const { folder, dispose } = pocketFolder();
afterAll(dispose);

let card: ModelCard;
beforeAll(async () => {
  card = await openModel(join(folder, 'base'));
});

const WORDS = ['sea', 'moon', 'river'] as const;
const rows: readonly PairRow[] = [...WORDS, 'garden'].map((word, index) => ({
  index,
  promptId: word,
  split: word === 'garden' ? 'held-out' : 'train',
  messages: [{ role: 'user', content: `a story about the ${word} .` }],
  chosen: { by: 'teacher', ids: [900 + index], text: `the ${word} .` },
  rejected: { by: 'student', ids: [index, 9], text: 'no .' },
}));

function examplesOf(method: 'dpo' | 'kto', byText: boolean) {
  const objects = memoryObjects();
  const unpaired = { noFirst: 0, noSecond: 0, identical: 0, noPreference: 0, lengthRatio: 0 };
  const counts = { asked: 4, trainPairs: 3, heldOutPairs: 1, unpaired };
  const artifact = { digest: '', ...writePairs(objects, rows, counts) };
  return preferenceExamples(card, method, { artifact, objects, byText });
}

describe('preferenceExamples', () => {
  it('takes chosen and rejected in turn for dpo, training rows alone', () => {
    const { examples, mismatched } = examplesOf('dpo', false);
    const ids = examples.map(({ completionIds }) => completionIds);
    expect(ids).toEqual([[900], [0, 9], [901], [1, 9], [902], [2, 9]]);
    expect(examples[0]!.promptIds).toEqual(examples[1]!.promptIds);
    expect(examples[0]!.promptIds).not.toEqual(examples[2]!.promptIds);
    expect(mismatched).toEqual([]);
  });

  it('encodes anew what a teacher with other tokens wrote, and nothing else', () => {
    const { examples } = examplesOf('dpo', true);
    const { tokenizer } = card;
    const [end] = tokenizer.endIds;
    expect(examples[0]!.completionIds).toEqual([...tokenizer.encode('the sea .'), end]);
    expect(examples[1]!.completionIds).toEqual([0, 9]);
  });

  it('puts all chosen first for kto, and no mismatch is of its own prompt', () => {
    const { examples, mismatched } = examplesOf('kto', false);
    const ids = examples.map(({ completionIds }) => completionIds);
    expect(ids).toEqual([[900], [901], [902], [0, 9], [1, 9], [2, 9]]);
    expect(mismatched.map(({ promptIds }) => promptIds)).toEqual(
      examples.map(({ promptIds }) => promptIds),
    );
    const strange = mismatched.map(({ completionIds }) => completionIds);
    expect(strange).toEqual([[902], [900], [901], [2, 9], [0, 9], [1, 9]]);
  });
});
