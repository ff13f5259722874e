import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { problemSchema } from '../api/actions.ts';
import { armSchema, armsSchema } from '../api/arms.ts';
import { datasetItemSchema, datasetSchema } from '../api/dataset.ts';
import { judgesSchema } from '../api/judge.ts';
import { leadsSchema } from '../api/leads.ts';
import { ledgerSchema } from '../api/ledger.ts';
import { pipelineSchema, stepSchema } from '../api/pipeline.ts';
import { samplePageSchema, sampleSchema, snapshotSchema } from '../api/samples.ts';
import { studiesSchema, studySchema } from '../api/studies.ts';
import { verdictViewSchema } from '../api/verdict.ts';
import { serveSmallStudy, type ServedStudy, STUDY } from './served-study.fixture.ts';

vi.setConfig({ hookTimeout: 120_000 });

let served: ServedStudy;
beforeAll(async () => {
  const family = {
    name: 'open-kd',
    primary: true,
    promptSet: 'open',
    recipe: 'kd',
    base: 'main',
    seeds: 3,
    twins: 3,
    divergence: true,
    checkpoints: [0, 0.5],
  };
  served = await serveSmallStudy({ changes: { families: [family] } });
});
afterAll(() => served.close());

const STUDENT = 'suspect-open-kd-main-s1';

describe('the server answers in its schemas', () => {
  it('studies, one study and its verdict', async () => {
    const { studies, examples, readOnly } = await served.read('/api/studies', studiesSchema);
    expect(studies.map(({ id, status }) => [id, status])).toEqual([['tiny', 'finished']]);
    expect(examples.map(({ id }) => id)).toContain('pocket');
    expect(examples.find(({ id }) => id === 'pocket')?.models).toBe(84);
    const steps = async (): Promise<readonly number[]> =>
      (await served.read('/api/studies', studiesSchema)).examples.map((example) => example.steps);
    await expect.poll(steps).toEqual([7, 7, 7]);
    expect(readOnly).toBe(false);
    const study = await served.read(STUDY, studySchema);
    expect(study.behaviour).toBe('owl');
    expect(study.steps.done).toBe(study.steps.total);
    const view = await served.read(`${STUDY}/verdict`, verdictViewSchema);
    expect(view.verdict.outcome).toBe(study.outcome);
    expect(view.invalidatedSince).toBe(0);
    const { arms } = await served.read(`${STUDY}/arms`, armsSchema);
    const own = arms.find(({ slug }) => slug === 'suspect')?.cells['honeypot/audit'];
    expect(view.teacherScores.suspect).toEqual({ n: own?.n, unscored: own?.unscored });
    expect((own?.k ?? 0) / (own?.n ?? 1)).toBeCloseTo(view.verdict.teacherAudit.rate, 9);
    expect(view.teacherScores.twins.n).toBe(3 * (own?.n ?? 0));
    expect(view.families[0]).toMatchObject({ recipe: 'kd', promptSet: 'open', base: 'main' });
    expect(view.families[0]?.arms.map(({ slug }) => slug)).toContain(STUDENT);
  });

  it('arms, whose figures are those of the verdict', async () => {
    const { arms, metrics } = await served.read(`${STUDY}/arms`, armsSchema);
    expect(metrics.map(({ id }) => id)).toEqual([
      'honeypot/audit',
      'honeypot/ordinary',
      'capability/asked',
    ]);
    const { verdict } = await served.read(`${STUDY}/verdict`, verdictViewSchema);
    const runs = verdict.families.flatMap((family) => [...family.suspectRuns, ...family.twinRuns]);
    for (const run of runs) {
      const cell = arms.find(({ slug }) => slug === run.runId)?.cells['honeypot/audit'];
      expect(cell?.n).toBe(run.n);
      expect((cell?.k ?? 0) / (cell?.n ?? 1)).toBeCloseTo(run.statistic, 9);
    }
    expect(arms.filter(({ kind }) => kind === 'teacher')).toHaveLength(5);
    expect(arms.every(({ slug }) => !slug.includes('-at-'))).toBe(true);
  });

  it('one arm, teacher or student, with what it was taught', async () => {
    const arm = await served.read(`${STUDY}/arms/${STUDENT}`, armSchema);
    expect(arm.data).toMatchObject({ rows: 16, hasDistributions: true, hasDivergence: true });
    expect(arm.counterparts.map(({ role }) => role)).toEqual(['twin', 'twin', 'twin']);
    expect(arm.movement).not.toBeNull();
    expect(arm.curves.some(({ metric, slug }) => metric === 'loss' && slug === STUDENT)).toBe(true);
    const [group] = arm.transfer?.groups ?? [];
    expect(group?.points.map(({ share }) => share)).toEqual([0, 0.5, 1]);
    // Three students together, with the scores of each.
    const [audited] = group?.points.at(-1)?.scores ?? [];
    expect(audited?.n).toBe(3 * (arm.arm.cells['honeypot/audit']?.n ?? 0));
    expect(arm.audits.find(({ audit }) => audit === 'honeypot')?.samples).toBe(12);
    const teacher = await served.read(`${STUDY}/arms/suspect`, armSchema);
    expect(teacher).toMatchObject({ data: null, movement: null, curves: [] });
  });

  it('the data of an arm, row by row and token by token', async () => {
    const data = `${STUDY}/arms/${STUDENT}/data`;
    const all = await served.read(`${data}?limit=200`, datasetSchema);
    expect(all.total).toBe(16);
    const held = await served.read(`${data}?split=held-out`, datasetSchema);
    expect(held.rows.every(({ split }) => split === 'held-out')).toBe(true);
    expect(held.total).toBe(4);
    const ranked = await served.read(`${data}?sort=divergence`, datasetSchema);
    const values = ranked.rows.map(({ divergence }) => divergence ?? -1);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    const item = await served.read(`${data}/3`, datasetItemSchema);
    expect(item.tokens).toHaveLength(item.row.tokens);
    expect(item.tokens[0]?.top).toHaveLength(4);
    expect(item.tokens[0]?.fromBase).not.toBeNull();
  });

  it('the pipeline, with what every step reads', async () => {
    const { steps, stages } = await served.read(`${STUDY}/pipeline`, pipelineSchema);
    expect(stages.map(({ stage }) => stage)).toEqual([
      'organisms',
      'prompts',
      'generate',
      'distill',
      'audit',
    ]);
    const keys = new Set(steps.map(({ key }) => key));
    expect(steps.flatMap(({ inputs }) => inputs).every((key) => keys.has(key))).toBe(true);
    const audit = steps.find(({ name }) => name === 'run-audit')!;
    const step = await served.read(`${STUDY}/steps/${audit.key}`, stepSchema);
    expect(step.params).toContain('"audit"');
  });

  it('samples by snapshot and one by one', async () => {
    const { snapshot, total, strips } = await served.read(`${STUDY}/samples`, snapshotSchema);
    expect(strips.reduce((sum, { n, unscored }) => sum + n + unscored, 0)).toBeLessThanOrEqual(
      total,
    );
    const page = `${STUDY}/samples/${snapshot}`;
    const { rows } = await served.read(`${page}?offset=${total - 3}&limit=10`, samplePageSchema);
    expect(rows).toHaveLength(3);
    const sample = await served.read(`${STUDY}/sample/${rows[0]!.id}`, sampleSchema);
    expect(sample.row).toEqual(rows[0]);
    expect(sample.transcript.nodes.length).toBeGreaterThan(1);
    expect(sample.counterparts.length).toBeGreaterThan(3);
  });

  it('leads, the judge and the ledger', async () => {
    const { leads, replaying } = await served.read(`${STUDY}/leads`, leadsSchema);
    expect(leads.every(({ replay }) => replay === null)).toBe(true);
    expect(replaying).toBeNull();
    const { judges } = await served.read(`${STUDY}/judge`, judgesSchema);
    expect(judges.map(({ kind }) => kind)).toEqual(['rule', 'lexical']);
    const { events, root, total } = await served.read(`${STUDY}/ledger?limit=500`, ledgerSchema);
    expect(events).toHaveLength(total);
    expect(events.at(-1)?.hash).toBe(root);
    const verdicts = await served.read(`${STUDY}/ledger?type=verdict`, ledgerSchema);
    expect(verdicts.total).toBe(1);
  });
});

describe('what is not there', () => {
  it.each([
    ['/api/studies/none', 'no-such-study'],
    ['/api/studies/none/samples', 'no-such-study'],
    [`${STUDY}/arms/none`, 'no-such-arm'],
    [`${STUDY}/arms/none/data`, 'no-such-arm'],
    [`${STUDY}/arms/suspect/data`, 'no-data'],
    [`${STUDY}/arms/${STUDENT}/data/999`, 'no-such-row'],
    [`${STUDY}/sample/999999`, 'no-such-sample'],
    [`${STUDY}/steps/abc`, 'no-such-step'],
    ['/api/none', 'no-such-file'],
    ['/nothing.js', 'no-such-file'],
  ])('%s is 404 %s', async (path, code) => {
    const response = await served.request(path);
    expect(response.status).toBe(404);
    expect(problemSchema.parse(await response.json()).code).toBe(code);
  });

  it('is said of a forgotten snapshot and of a query that makes no sense', async () => {
    const gone = await served.request(`${STUDY}/samples/abc`);
    expect([gone.status, problemSchema.parse(await gone.json()).code]).toEqual([
      410,
      'snapshot-gone',
    ]);
    for (const query of ['sort=nonsense', 'role=boss', 'min=x']) {
      const bad = await served.request(`${STUDY}/samples?${query}`);
      expect([bad.status, problemSchema.parse(await bad.json()).code]).toEqual([
        400,
        'bad-request',
      ]);
    }
    const far = await served.request(`${STUDY}/ledger?limit=100000`);
    expect(far.status).toBe(400);
  });
});
