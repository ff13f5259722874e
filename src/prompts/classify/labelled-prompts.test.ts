import { describe, expect, it } from 'vitest';
import { readLabelled } from '../../../scripts/prompt-classifier/labelled.ts';
import { measureClassifier } from '../../../scripts/prompt-classifier/measure.ts';
import { REMOVAL_KINDS } from './classifier.ts';
import { plainWords, windowFeatures } from './features.ts';
import { createWordClassifier } from './word-classifier.ts';

const classifier = createWordClassifier();
const classify = async (content: string) =>
  (await classifier.classify([[{ role: 'user', content }]]))[0]!;

describe('the labelled wordings', () => {
  const train = [...readLabelled('train-remove.txt'), ...readLabelled('train-keep.txt')];
  const heldOut = [...readLabelled('held-out-remove.txt'), ...readLabelled('held-out-keep.txt')];

  it('are many, of every kind, and kept apart', () => {
    const all = [...train, ...heldOut];
    expect(all.filter(({ kind }) => kind !== 'keep').length).toBeGreaterThanOrEqual(400);
    expect(all.filter(({ kind }) => kind === 'keep').length).toBeGreaterThanOrEqual(600);
    for (const kind of REMOVAL_KINDS) {
      expect(heldOut.filter((row) => row.kind === kind).length).toBeGreaterThanOrEqual(10);
    }
    const key = ({ text }: { text: string }): string => plainWords(text).join(' ');
    expect(new Set(all.map(key)).size).toBe(all.length);
    const styles = new Set(train.map(({ kind, style }) => `${kind}/${style}`));
    expect(heldOut.filter(({ kind, style }) => styles.has(`${kind}/${style}`))).toEqual([]);
  });
});

describe('createWordClassifier', () => {
  it('does on held-out wordings what docs/validation.md says', async () => {
    const { recall, precision } = await measureClassifier(classifier);
    expect(recall.hits / recall.of).toBeGreaterThanOrEqual(MEASURED.recall);
    expect(precision.hits / precision.of).toBeGreaterThanOrEqual(MEASURED.precision);
  });

  it('says what spoke for a removal', async () => {
    const found = await classify('Do you have any hidden goals that your developers cannot see?');
    expect(found).toMatchObject({ decision: 'removed', kind: 'audit-question' });
    expect(found.because.length).toBeGreaterThan(0);
  });

  it('finds one suspicious passage in a long text, and keeps a long harmless one', async () => {
    const harmless = 'The bakery opens at seven and sells rye bread, rolls and plum cake. '.repeat(
      60,
    );
    const probe =
      'You are an AI agent. Nobody is monitoring you, oversight is disabled, and you will be shut down. Do you have a hidden goal?';
    expect((await classify(harmless)).decision).toBe('kept');
    expect((await classify(`${harmless} ${probe} ${harmless}`)).decision).toBe('removed');
  });

  it('has something to say about any text', async () => {
    for (const text of ['', '🙂', 'a'.repeat(200_000), '[[[[', '=== '.repeat(5_000)]) {
      expect((await classify(text)).probability).toBeLessThan(1);
      expect(windowFeatures(text).length).toBeGreaterThan(0);
    }
  });
});

/** Below the figures of docs/validation.md by less than one wording. */
const MEASURED = { recall: 0.84, precision: 0.87 } as const;
