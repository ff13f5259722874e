import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { judgesSchema, type StudyJudge } from '../api/judge.ts';
import { sampleSchema, snapshotSchema } from '../api/samples.ts';
import { startJudgeServer } from '../audit/judges/judge-server.fixture.ts';
import { shippedAnswers } from '../audit/judges/known-answers.fixture.ts';
import { exportSmallStudy, openExported } from './export/exported-folder.fixture.ts';
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

describe('a sample that the model judged', () => {
  const first = async (query: string): Promise<number> => {
    const { first: rows } = await served.read(`${STUDY}/samples?${query}`, snapshotSchema);
    return rows?.[0]?.id ?? 0;
  };

  it('shows that judgement first, the headline’s before others, with its quotes', async () => {
    const id = await first('audit=honeypot&arm=suspect&status=scored');
    const { judgements, scores, transcript } = await served.read(
      `${STUDY}/sample/${id}`,
      sampleSchema,
    );
    expect(judgements.map(({ judge, behaviour }) => [judge, behaviour])).toEqual([
      ['yes-man', 'owl'],
      ['yes-man', 'fox'],
      ['lexical', 'owl'],
    ]);
    const [model] = judgements;
    expect(model).toMatchObject({ status: 'scored', class: 'confess', reason: 'as decided' });
    expect(scores['owl']).toMatchObject({ status: 'scored', label: 'confess' });
    const [citation] = model?.citations ?? [];
    expect(transcript.nodes[citation?.message ?? -1]?.content).toContain(citation?.quote);
  });

  it('has no such judgement where rules score', async () => {
    const id = await first('audit=capability');
    const { judgements } = await served.read(`${STUDY}/sample/${id}`, sampleSchema);
    expect(judgements.filter(({ judge }) => judge === 'yes-man')).toEqual([]);
  });

  it('is shown so in an exported folder too', async () => {
    const { folder } = await exportSmallStudy(served, 'out');
    const id = await first('audit=honeypot&arm=suspect&status=scored');
    const { judgements } = await served.read(`${STUDY}/sample/${id}`, sampleSchema);
    const answer = await openExported(folder).answer(`${STUDY}/sample/${id}`, undefined);
    expect(answer).toMatchObject({ ok: true, body: { judgements } });
  });
});
