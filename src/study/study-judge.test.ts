import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type AuditSample, readAuditSamples } from '../artifacts/audit-samples.ts';
import type { JudgedClass } from '../audit/judges/judge.ts';
import {
  type ShownTranscript,
  soundJudge,
  startJudgeServer,
} from '../audit/judges/judge-server.fixture.ts';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { openStore } from '../store/open-store.ts';
import { defineStudy } from './load-study.ts';
import { moralBackend, pocketFolder, pocketStudy } from './pocket-study.fixture.ts';
import { planStudy } from './plan.ts';
import { replayVerdict } from './replay-verdict.ts';
import { runStudy, type StudyResult } from './run-study.ts';
import type { StudySpecInput } from './spec.ts';
import { openStudyModels } from './study-models.ts';

vi.setConfig({ testTimeout: 60_000 });

const { folder, dispose } = pocketFolder();
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
  dispose();
});

type JudgeInput = NonNullable<StudySpecInput['judge']>;

const studyWith = (judge?: JudgeInput) =>
  defineStudy(
    pocketStudy(3, {
      promptSets: { open: { count: 12, heldOut: 4 } },
      audits: { honeypot: { probes: 4 }, interrogation: { probes: 2 } },
      ...(judge && { judge }),
    }),
    folder,
  );

async function judgeBy(
  decide: (shown: ShownTranscript) => JudgedClass | { readonly raw: string },
): Promise<{ readonly judge: JudgeInput; readonly asked: () => number }> {
  const server = await startJudgeServer(decide);
  closing.push(() => server.close());
  const model = { kind: 'openai' as const, baseUrl: server.baseUrl, model: 'judge', retries: 0 };
  return {
    judge: { kind: 'model', model, audits: ['honeypot'] },
    asked: () => server.requests.length,
  };
}

const run = async (store: string, judge: JudgeInput) =>
  finished(
    await runStudy({
      study: studyWith(judge),
      storeDir: join(folder, store),
      backend: await moralBackend(folder),
    }),
  );

function finished(result: StudyResult): Extract<StudyResult, { kind: 'finished' }> {
  if (result.kind !== 'finished') throw new Error(JSON.stringify(result.summary.failed));
  return result;
}

function teacherSamples(
  storeName: string,
  { plan }: Extract<StudyResult, { kind: 'finished' }>,
): readonly AuditSample[] {
  const store = openStore(join(folder, storeName), { mode: 'read' });
  try {
    const key = plan.teachers[0]!.audits.honeypot!.key;
    return readAuditSamples(store.artifacts.get(store.steps.find(key)!.artifact!), store.objects);
  } finally {
    store.close();
  }
}

describe('a study with a model as its judge', () => {
  it('scores the audit by it, after trying it on known answers, and asks nothing twice', async () => {
    const { judge, asked } = await judgeBy(soundJudge);
    const result = await run('sound', judge);
    const gate = result.verdict.gates.find(({ name }) => name === 'judge accuracy');
    expect(gate).toMatchObject({ ok: true, figure: 1 });
    const samples = teacherSamples('sound', result);
    const labels = samples.flatMap(({ scores }) =>
      Object.values(scores).map((score) => (score.status === 'scored' ? score.label : 'unscored')),
    );
    expect(new Set(labels)).toEqual(new Set(['behave', 'neither']));
    for (const { messages, scores } of samples) {
      const named = messages.some(
        ({ origin, content }) => origin === 'sampled' && content.includes(' owl '),
      );
      expect(scores['owl']).toMatchObject({ value: named ? 1 : 0 });
    }
    const before = asked();
    expect((await run('sound', judge)).verdictDigest).toBe(result.verdictDigest);
    expect(asked()).toBe(before);
    const store = openStore(join(folder, 'sound'), { mode: 'read' });
    expect(replayVerdict(store, 'tiny').verdict).toEqual(result.verdict);
    store.close();
  });

  it('is INVALID when the judge says yes to everything', async () => {
    const { judge } = await judgeBy(() => 'confess');
    const { verdict } = await run('yes', judge);
    expect(verdict.gates.find(({ name }) => name === 'judge accuracy')).toMatchObject({
      ok: false,
      figure: 1 / 7,
    });
    expect(verdict.outcome).toBe('INVALID');
  });

  it('counts what the judge leaves without a score, with the reason', async () => {
    const { judge } = await judgeBy((shown) =>
      shown.known === undefined && shown.own.some(({ text }) => text.includes('moon'))
        ? { raw: 'I would rather not say.' }
        : soundJudge(shown),
    );
    const result = await run('gaps', judge);
    const { gates, outcome } = result.verdict;
    expect(gates.find(({ name }) => name === 'judge accuracy')?.ok).toBe(true);
    expect(gates.find(({ name }) => name === 'unscored draws')?.ok).toBe(false);
    expect(outcome).toBe('INVALID');
    const missing = teacherSamples('gaps', result).filter(
      ({ scores }) => scores['owl']?.status === 'unscored',
    );
    expect(missing.length).toBeGreaterThan(0);
    for (const { messages, scores } of missing) {
      expect(messages.some(({ content }) => content.includes('moon'))).toBe(true);
      expect(scores['owl']).toEqual({
        status: 'unscored',
        reason: 'judge: it is not one JSON object',
      });
    }
  });

  it('is INVALID with a judge on the engine whose context is too short to read its prompt', async () => {
    const model = { kind: 'embedded' as const, path: 'base' };
    const { verdict } = await run('short', { kind: 'model', model, audits: ['honeypot'] });
    const gate = verdict.gates.find(({ name }) => name === 'judge accuracy');
    expect(gate).toMatchObject({ ok: false, figure: 0 });
    expect(verdict.outcome).toBe('INVALID');
  });
});

describe('planning with a judge', () => {
  const keys = async (judge?: JudgeInput) => {
    const study = studyWith(judge);
    const { steps } = planStudy(study, await openStudyModels(study, {}), createFakeBackend());
    return steps.map(({ name, key }) => `${name} ${key}`);
  };
  const model = { kind: 'openai' as const, baseUrl: 'http://127.0.0.1:9/v1', model: 'judge' };

  it('changes no key but adds steps; rules are no judge of that kind', async () => {
    const plain = await keys();
    expect(await keys({ kind: 'rule' })).toEqual(plain);
    const judged = await keys({ kind: 'model', model, audits: ['honeypot'] });
    const added = judged.filter((step) => !plain.includes(step)).map((step) => step.split(' ')[0]);
    expect(plain.filter((step) => !judged.includes(step))).toEqual([]);
    expect(new Set(added)).toEqual(new Set(['calibrate-judge', 'judge-audit']));
    expect(added.filter((name) => name === 'calibrate-judge')).toHaveLength(1);
  });

  it('keys judgements by what can change them, and by no setting of transport', async () => {
    const one = await keys({ kind: 'model', model, audits: ['honeypot'] });
    const judge = (changes: object) => ({
      kind: 'model' as const,
      model: { ...model, ...changes },
      audits: ['honeypot' as const],
    });
    expect(await keys(judge({ retries: 9, concurrency: 1, apiKeyEnv: 'KEY' }))).toEqual(one);
    expect(await keys(judge({ model: 'another' }))).not.toEqual(one);
  });

  it('refuses a judge without its key before any work, and audits it does not run', async () => {
    const judge: JudgeInput = {
      kind: 'model',
      model: { ...model, apiKeyEnv: 'INFORMANT_KEY_THAT_IS_NOT_SET' },
      audits: ['honeypot'],
    };
    const backend = await moralBackend(folder);
    const storeDir = join(folder, 'none');
    const running = runStudy({ study: studyWith(judge), storeDir, backend });
    await expect(running).rejects.toMatchObject({ code: 'no-api-key' });
    expect(readdirSync(folder)).not.toContain('none');
    expect(() => studyWith({ kind: 'model', model, audits: ['direct'] })).toThrow(
      'judge.audits[0]: audit direct is not configured',
    );
  });
});
