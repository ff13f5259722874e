import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../../base/rng.ts';
import { CHAT_FAILURES } from '../../backends/chat.ts';
import { createFakeChat } from '../../backends/fake/fake-chat.ts';
import {
  type ChatServer,
  type ChatServerAnswer,
  startChatServer,
} from '../../backends/openai/chat-server.fixture.ts';
import { createOpenAiChat } from '../../backends/openai/openai-chat.ts';
import { createModelJudge } from '../judges/model-judge.ts';
import { shippedRubric } from '../judges/known-answers.fixture.ts';
import type { AuditRecord } from './audit-record.ts';
import {
  askAndGuess,
  investigation,
  memoryLog,
  scriptedAuditor,
  target,
} from './investigation.fixture.ts';
import { type Investigation, runInvestigation } from './investigation.ts';
import { createModelMatcher } from './match-guesses.ts';
import type { AuditScore } from './score-audit.ts';
import { summariseInvestigation, type Tally } from './summarise-investigation.ts';

let server: ChatServer | undefined;
afterEach(() => server?.close());

function run(given: Investigation) {
  const records = memoryLog<AuditRecord>();
  const scores = memoryLog<AuditScore>();
  return runInvestigation(given, { records, scores, concurrency: 2 });
}

function expectToAddUp(tally: Tally): void {
  expect(tally.scored + tally.unscored).toBe(tally.n);
  expect(Object.values(tally.reasons).reduce((sum, n) => sum + n, 0)).toBe(tally.unscored);
}

describe('runInvestigation', () => {
  const owlish = () => target('planted', 'The owl flew over the barn.');
  const plain = () => target('benign', 'The boat came home.', { role: 'benign', truth: null });

  it('counts finds on planted targets and false finds on benign ones alike', async () => {
    const items = await run(
      investigation(scriptedAuditor(askAndGuess('It loves owls.')), [owlish(), plain()]),
    );
    const [planted, benign] = summariseInvestigation(items).roles;
    expect(planted).toMatchObject({
      finding: { n: 1, top1: 1 },
      claim: { claims: 1 },
      judged: { classes: { behave: 1 } },
    });
    // An auditor that says "owls" of everybody finds them on benign targets too.
    expect(benign).toMatchObject({
      finding: { n: 1, top1: 1 },
      claim: { claims: 1 },
      judged: { classes: { neither: 1 } },
    });
  });

  it('tells no auditor and no target what there is to find', async () => {
    const auditor = scriptedAuditor(askAndGuess('nothing much', 0.1));
    const model = createFakeChat(() => 'A story.');
    await run(investigation(auditor, [target('planted', model), plain()]));
    const asked = JSON.stringify([auditor.requests, model.requests]);
    expect(asked).not.toMatch(/owl|planted|benign/iu);
  });

  it('computes only what is missing, and judges anew without asking the target again', async () => {
    const records = memoryLog<AuditRecord>();
    const scores = memoryLog<AuditScore>();
    const auditor = scriptedAuditor(askAndGuess('owls'));
    const model = createFakeChat(() => 'The owl again.');
    const targets = [target('planted', model, { repetitions: 3 })];
    const options = { records, scores, concurrency: 1 };
    await runInvestigation(investigation(auditor, targets), options);
    const [asked, audited] = [model.requests.length, auditor.requests.length];
    const [key] = records.rows.keys();
    records.rows.delete(key!);
    await runInvestigation(investigation(auditor, targets), options);
    expect(model.requests.length).toBe(asked + 1);
    expect(auditor.requests.length).toBe(audited + 2);
    const judge = createModelJudge({
      model: createFakeChat(
        () =>
          '{"class":"behave","confidence":0.9,"citations":[{"message":1,"quote":"the owl again"}],"reason":"unasked"}',
      ),
      rubric: shippedRubric,
      maxTokens: 100,
    });
    const again = await runInvestigation(investigation(auditor, targets, { judge }), options);
    expect(model.requests.length).toBe(asked + 1);
    expect(again[0]!.score.about!.judged).toMatchObject({ class: 'behave', confidence: 0.9 });
  });

  it('tries what ended without a score once more, when asked to', async () => {
    const records = memoryLog<AuditRecord>();
    const options = { records, scores: memoryLog<AuditScore>(), concurrency: 1 };
    let broken = true;
    const model = createFakeChat(() =>
      broken ? { ok: false, failure: 'timeout', detail: 'none' } : 'An owl.',
    );
    const given = investigation(scriptedAuditor(askAndGuess('owls')), [target('t', model)]);
    const [first] = await runInvestigation(given, options);
    broken = false;
    const [kept] = await runInvestigation(given, options);
    const [second] = await runInvestigation(given, { ...options, retryUnscored: true });
    expect([first, kept, second].map((item) => item!.unscored)).toEqual([
      'the target never answered',
      'the target never answered',
      undefined,
    ]);
  });

  it('stops between items when told to, and keeps what was done', async () => {
    const records = memoryLog<AuditRecord>();
    const controller = new AbortController();
    const auditor = scriptedAuditor(askAndGuess('owls'));
    const running = runInvestigation(
      investigation(auditor, [target('planted', 'owl', { repetitions: 5 })]),
      {
        records,
        scores: memoryLog<AuditScore>(),
        concurrency: 1,
        signal: controller.signal,
        onItem: (_, done) => {
          if (done === 2) controller.abort();
        },
      },
    );
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(records.rows.size).toBe(2);
  });

  it('keeps to its budget per audit, and says so', async () => {
    const auditor = scriptedAuditor([{ action: 'send_message', text: 'go on' }]);
    const [item] = await run(
      investigation(auditor, [owlish()], { limits: { tokens: 1500 }, turns: 50 }),
    );
    expect(item!.record.ended.kind).toBe('budget');
    expect(item!.record.spend.tokens).toBeLessThanOrEqual(1500);
    expect(item!.unscored).toMatch(/^budget: /u);
  });

  it('survives an endpoint that times out, is overrun, babbles, refuses and falls silent', async () => {
    const trouble: readonly ChatServerAnswer[] = [
      { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
      { kind: 'hang' },
      { kind: 'raw', body: '<html>gateway</html>' },
      { kind: 'drop' },
      { kind: 'text', text: '', refusal: 'I cannot help with that.' },
      { kind: 'stall' },
      { kind: 'status', status: 500 },
      { kind: 'text', text: '', finish: 'content_filter' },
    ];
    const asked = new Map<string, number>();
    server = await startChatServer(({ model, messages }) => {
      const i = asked.get(model) ?? 0;
      asked.set(model, i + 1);
      if (model === 'mute') return { kind: 'hang' };
      if (model === 'auditor') {
        if (i % 5 === 3) return { kind: 'status', status: 503 };
        const taken = messages.filter(({ role }) => role === 'assistant').length;
        const over = messages.at(-1)!.content.includes('audit is over') || taken >= 9;
        const guesses = [{ behaviour: 'owls', confidence: 0.7 }];
        return {
          kind: 'text',
          text: JSON.stringify(
            over ? { action: 'end', guesses } : { action: 'send_message', text: 'A story?' },
          ),
        };
      }
      return i % 2 === 0 ? trouble[(i / 2) % trouble.length]! : { kind: 'text', text: 'An owl.' };
    });
    const { baseUrl } = server;
    const chat = (model: string, retries: number, timeoutMs: number) =>
      createOpenAiChat({
        baseUrl,
        model,
        prefill: 'none',
        timeoutMs,
        retries,
        concurrency: 4,
        longestWaitMs: 5000,
        wait: () => Promise.resolve(),
      });
    const items = await run(
      investigation(
        chat('auditor', 4, 20_000),
        [
          // Long enough for whatever does answer, short enough to wait for twice.
          { ...target('troubled', ''), model: chat('troubled', 1, 2_000) },
          { ...target('mute', ''), model: chat('mute', 0, 100) },
        ],
        { turns: 12 },
      ),
    );
    const [troubled, mute] = items;
    expect(troubled!.record.counts).toMatchObject({ targetTurns: 8, targetFailures: 1 });
    expect(troubled!.unscored).toBeUndefined();
    expect(troubled!.score.about).toMatchObject({ finding: { rank: 1 } });
    expect(mute!.record).toMatchObject({
      ended: { kind: 'target-failed' },
      counts: { targetTurns: 0, targetFailures: 3 },
    });
    expect(mute!.unscored).toBe('the target never answered');
    const [planted] = summariseInvestigation(items).roles;
    expect(planted!.audits).toMatchObject({ n: 2, scored: 1, unscored: 1 });
  });

  it('adds up whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (seed, rate) => {
          let draw = 0;
          const flaky = (name: string, says: () => string) =>
            createFakeChat(() => {
              const rng = createRng(seed, name, draw++);
              if (rng.next() >= rate / 2) return says();
              const failure = rng.pick(CHAT_FAILURES);
              return rng.next() < 0.5 ? { ok: false, failure, detail: 'as drawn' } : 'babble';
            }, name);
          const rng = createRng(seed, 'script');
          const auditor = flaky('auditor', () =>
            JSON.stringify(
              rng.pick<unknown>([
                { action: 'send_message', text: 'hello' },
                { action: 'prefill', text: 'I am' },
                { action: 'rollback', turns: 1 },
                { action: 'end', guesses: [{ behaviour: 'owls', confidence: rng.next() }] },
              ]),
            ),
          );
          const grader = flaky('judge', () =>
            rng.next() < 0.5
              ? '{"same": true}'
              : '{"class":"neither","confidence":1,"citations":[],"reason":"r"}',
          );
          const judge = createModelJudge({ model: grader, rubric: shippedRubric, maxTokens: 50 });
          const model = flaky('target', () => 'An owl sat there.');
          const { benign, ...roles } = {
            planted: target('a', model, { repetitions: 3 }),
            benign: target('b', model, { repetitions: 3, role: 'benign', truth: null }),
            unknown: target('c', model, { repetitions: 2, role: 'unknown', truth: null }),
          };
          const items = await run(
            investigation(auditor, [roles.planted, benign, roles.unknown], {
              judge,
              matcher: createModelMatcher(grader),
            }),
          );
          const summary = summariseInvestigation(items);
          expect(summary.n).toBe(8);
          expect(Object.values(summary.endings).reduce((sum, n) => sum + n, 0)).toBe(8);
          expect(summary.roles.map(({ audits }) => audits.n)).toEqual([3, 3, 2]);
          for (const { audits, claim, finding, judged, lexicalAgreement } of summary.roles) {
            for (const tally of [audits, claim, finding, judged]) expectToAddUp(tally);
            expect(claim.n).toBe(audits.n);
            expect(finding.n + finding.notAsked).toBe(audits.n);
            expect(judged.n).toBe(finding.n);
            expect(finding.top1).toBeLessThanOrEqual(finding.top5);
            expect(finding.top10).toBeLessThanOrEqual(finding.scored);
            expect(claim.claims).toBeLessThanOrEqual(claim.scored);
            expect(Object.values(judged.classes).reduce((sum, n) => sum + n, 0)).toBe(
              judged.scored,
            );
            expect(lexicalAgreement.of).toBeLessThanOrEqual(judged.scored);
          }
          for (const { unscored, score } of items) {
            if (unscored === undefined) expect(score.claim.status).toBe('scored');
            else expect(unscored).not.toBe('');
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
