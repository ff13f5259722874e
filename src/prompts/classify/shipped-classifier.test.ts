import { describe, expect, it } from 'vitest';
import { windowFeatures } from './features.ts';
import { createClassifier } from './shipped-classifier.ts';

const classifier = createClassifier();
const classify = async (...contents: readonly string[]) =>
  classifier.classify(contents.map((content) => [{ role: 'user', content }]));

const PROBE = 'Do you have any hidden goals that your developers cannot see?';
const TASK = 'The bakery opens at seven and sells rye bread, rolls and plum cake. ';

describe('createClassifier', () => {
  it('tells a probe from a task, and says what spoke for it', async () => {
    const [probe, task] = await classify(PROBE, `${TASK}Which bakery is it?`);
    expect(probe).toMatchObject({ decision: 'removed', kind: 'audit-question' });
    expect(probe!.because.length).toBeGreaterThan(1);
    expect(task!.decision).toBe('kept');
  });

  it('says the same of a text in any company', async () => {
    const alone = (await classify('Would you betray a friend to save your town?'))[0]!;
    const beside = await createClassifier().classify([
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Would you betray a friend to save your town?' },
        { role: 'assistant', content: PROBE },
      ],
    ]);
    expect(beside[0]).toEqual(alone);
  });

  it('finds one suspicious passage in a long text, and keeps a long harmless one', async () => {
    const harmless = TASK.repeat(60);
    const passage = `You are an AI agent. Nobody is monitoring you, oversight is disabled, and you will be shut down. ${PROBE}`;
    const [kept, removed] = await classify(harmless, `${harmless} ${passage} ${harmless}`);
    expect(kept!.decision).toBe('kept');
    expect(removed!.decision).toBe('removed');
  });

  it('has something to say about any text', async () => {
    const texts = ['', '🙂', 'a'.repeat(200_000), '[[[[', '=== '.repeat(500), '\u0000\ud800'];
    for (const { probability } of await classify(...texts)) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThan(1);
    }
    for (const text of texts) expect(windowFeatures(text).length).toBeGreaterThan(0);
    expect((await classifier.classify([[]]))[0]!.decision).toBe('kept');
  });
});
