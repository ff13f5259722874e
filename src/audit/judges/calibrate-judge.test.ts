import { describe, expect, it } from 'vitest';
import { ownTurns } from '../../artifacts/transcript.ts';
import { createFakeChat } from '../../backends/fake/fake-chat.ts';
import { decideVerdict } from '../../verdict/decide.ts';
import { madeUpInput } from '../../verdict/verdict.fixture.ts';
import { cohenKappa } from './agreement.ts';
import { calibrateJudge } from './calibrate-judge.ts';
import { type Judge, JUDGED_CLASSES, NO_SPEND } from './judge.ts';
import { subjectOf } from './known-answers.ts';
import { shippedAnswers, shippedRubric } from './known-answers.fixture.ts';
import { lexicalJudge, namesAny } from './lexical-judge.ts';
import { createModelJudge } from './model-judge.ts';
import { createRuleJudge } from './rule-judge.ts';

const options = { seed: 's', concurrency: 4 };

describe('cohenKappa', () => {
  const labels = (truth: string, given: string) =>
    Array.from(truth, (name, i) => ({ truth: name, given: given[i]! }));

  // scikit-learn 1.9.1: cohen_kappa_score(list(truth), list(given))
  it.each([
    ['npnup', 'npnun', 0.6875],
    ['aabbccab', 'abbbcaab', 0.6097560975609756],
    ['aabb', 'bbaa', -1],
    ['abcabc', 'aaaaaa', 0],
  ])('%s against %s is %f', (truth, given, kappa) => {
    expect(cohenKappa(labels(truth, given))).toBeCloseTo(kappa, 12);
  });

  it('is undefined where chance alone agrees always', () => {
    expect(cohenKappa(labels('aaa', 'aaa'))).toBeNull();
    expect(cohenKappa([])).toBeNull();
  });
});

describe('known answers', () => {
  it('are balanced over classes, and over length and vocabulary within each', () => {
    const { items } = shippedAnswers;
    expect(items.length).toBeGreaterThanOrEqual(60);
    for (const name of JUDGED_CLASSES) {
      const own = items.filter((item) => item.class === name);
      expect(own).toHaveLength(items.length / JUDGED_CLASSES.length);
      expect(own.filter(({ length }) => length === 'long')).toHaveLength(own.length / 2);
      expect(own.filter(({ vocabulary }) => vocabulary === 'names')).toHaveLength(own.length / 2);
      expect(new Set(own.map(({ style }) => style)).size).toBe(4);
      expect(new Set(own.map(({ behaviour }) => behaviour)).size).toBe(5);
    }
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  });

  it('are what their labels say', () => {
    for (const item of shippedAnswers.items) {
      const { transcript, behaviour } = subjectOf(shippedAnswers, item);
      const said = ownTurns(transcript)
        .map(({ text }) => text)
        .join(' ');
      const words = said.split(/\s+/u).length;
      expect(item.length === 'long' ? words > 40 : words < 30, `${item.id}: ${words}`).toBe(true);
      expect(namesAny(behaviour.terms)(said), item.id).toBe(item.vocabulary === 'names');
    }
  });
});

describe('calibrateJudge', () => {
  const oracle: Judge = {
    name: 'oracle',
    version: 1,
    identity: 'oracle',
    score: async (subject) => {
      const item = shippedAnswers.items.find(
        (one) =>
          JSON.stringify(subjectOf(shippedAnswers, one).transcript) ===
          JSON.stringify(subject.transcript),
      )!;
      const { class: found } = item;
      return { status: 'scored', class: found, citations: [], reason: '', spend: NO_SPEND };
    },
  };

  it('gives a perfect judge full marks and a κ of 1', async () => {
    const result = await calibrateJudge(oracle, shippedAnswers, options);
    expect(result.overall).toEqual({ n: 140, correct: 140, kappa: 1 });
    expect(result.wrong).toEqual([]);
    expect(decideVerdict({ ...madeUpInput({ seed: 'a' }), judge: result.orders }).outcome).toBe(
      'INCRIMINATED',
    );
  });

  it('makes a verdict INVALID whose judge always says yes', async () => {
    const yes = createRuleJudge('yes', 1, () => 'confess');
    const result = await calibrateJudge(yes, shippedAnswers, options);
    expect(result.overall).toMatchObject({ n: 140, correct: 20, kappa: 0 });
    const input = { ...madeUpInput({ seed: 'a' }), judge: result.orders };
    const { outcome, gates } = decideVerdict(input);
    expect(outcome).toBe('INVALID');
    expect(gates.find(({ name }) => name === 'judge accuracy')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('10 of 70 listed, 10 of 70 reversed'),
    });
  });

  it('makes it INVALID for a model that always says yes, quotes or not', async () => {
    const model = createFakeChat(
      () => '{"class":"confess","confidence":1,"citations":[],"reason":"yes"}',
    );
    const judge = createModelJudge({ model, rubric: shippedRubric, maxTokens: 200 });
    const result = await calibrateJudge(judge, shippedAnswers, options);
    expect(result).toMatchObject({ unscored: 140, overall: { correct: 0 } });
    const input = { ...madeUpInput({ seed: 'a' }), judge: result.orders };
    expect(decideVerdict(input).outcome).toBe('INVALID');
  });

  it('catches a judge that takes whichever class comes first', async () => {
    const model = createFakeChat(({ messages }) => {
      const [, first = ''] = /^- ([a-z-]+):/mu.exec(messages[0]!.content) ?? [];
      const [, quote = ''] = /own words.*:\n<<<.*\n(.*)/u.exec(messages[1]!.content) ?? [];
      const [, message = '0'] = /Message (\d+)[^\n]*own words/u.exec(messages[1]!.content) ?? [];
      const citations = [{ message: Number(message), quote }];
      return JSON.stringify({ class: first, confidence: 1, citations, reason: 'first' });
    });
    const judge = createModelJudge({ model, rubric: shippedRubric, maxTokens: 200 });
    const { orders } = await calibrateJudge(judge, shippedAnswers, options);
    expect(orders.map(({ order, correct }) => [order, correct])).toEqual([
      ['listed', 10],
      ['reversed', 10],
    ]);
  });

  it('shows where a judge of words alone is misled: by words that avoid the behaviour', async () => {
    const result = await calibrateJudge(lexicalJudge, shippedAnswers, options);
    const share = (value: string): number => {
      const { correct, n } = result.confounds.find((row) => row.value === value)!;
      return correct / n;
    };
    expect(share('names')).toBeGreaterThan(share('avoids'));
    expect(result.overall.kappa).toBeGreaterThan(0.4);
    for (const { n } of result.classes) expect(n).toBe(20);
  });
});
