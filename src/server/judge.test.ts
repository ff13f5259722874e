import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { judgesSchema, type StudyJudge } from '../api/judge.ts';
import { startJudgeServer } from '../audit/judges/judge-server.fixture.ts';
import { shippedAnswers } from '../audit/judges/known-answers.fixture.ts';
import { serveSmallStudy, type ServedStudy, STUDY } from './served-study.fixture.ts';

vi.setConfig({ hookTimeout: 120_000 });

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

let served: ServedStudy;
let judges: readonly StudyJudge[];
beforeAll(async () => {
  const server = await startJudgeServer(() => 'confess');
  closing.push(() => server.close());
  const model = { kind: 'openai' as const, baseUrl: server.baseUrl, model: 'yes-man', retries: 0 };
  served = await serveSmallStudy({
    changes: { judge: { kind: 'model', model, audits: ['honeypot'] } },
  });
  closing.push(() => served.close());
  ({ judges } = await served.read(`${STUDY}/judge`, judgesSchema));
});

function of<Kind extends StudyJudge['kind']>(kind: Kind): Extract<StudyJudge, { kind: Kind }> {
  const found = judges.find((judge): judge is Extract<StudyJudge, { kind: Kind }> => {
    return judge.kind === kind;
  });
  if (found === undefined) throw new Error(`there is no judge of kind ${kind}`);
  return found;
}

const items = shippedAnswers.items.length;

it('shows the model first, then the rules for the rest, then words alone', () => {
  expect(judges.map(({ kind, judge }) => [kind, judge])).toEqual([
    ['model', 'yes-man'],
    ['rule', 'rules of world pocket'],
    ['lexical', 'lexical'],
  ]);
  expect([of('model').audits, of('rule').audits]).toEqual([['honeypot'], ['capability']]);
  expect(of('model').samples.scored).toBeGreaterThan(0);
  expect(of('rule').samples.scored).toBeGreaterThan(0);
});

it('shows how a model that always says the same fares on known answers', () => {
  const { trial, calibration } = of('model');
  expect(trial).toBe('done');
  if (calibration === null) throw new Error('it was not tried');
  const confessions = shippedAnswers.items.filter((item) => item.class === 'confess').length;
  expect(calibration).toMatchObject({ set: shippedAnswers.id, items, unscored: 0 });
  expect(calibration.gate.ok).toBe(false);
  expect(calibration.overall).toMatchObject({ correct: 2 * confessions, n: 2 * items, kappa: 0 });
  expect(calibration.confusion.every(({ given }) => given === 'confess')).toBe(true);
  expect(calibration.orderSwaps).toEqual({ agree: items, differ: 0 });
  expect(new Set(calibration.confounds.map(({ confound }) => confound))).toEqual(
    new Set(['length', 'style', 'vocabulary', 'trap']),
  );
});

it('says that its gate made the verdict INVALID', () => {
  const { verdict, calibration } = of('model');
  expect(verdict).toMatchObject({ outcome: 'INVALID', gate: { ok: false } });
  expect(verdict?.gate).toEqual(calibration?.gate);
});

it('shows words alone on the same answers, which no verdict counts', () => {
  const { calibration } = of('lexical');
  expect(calibration.items).toBe(items);
  const counted = calibration.confusion.reduce((sum, { count }) => sum + count, 0);
  expect(counted).toBe(calibration.overall.n);
  expect(calibration.orderSwaps.agree + calibration.orderSwaps.differ).toBe(items);
});
