import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FakeBackendOptions } from '../backends/fake/fake-backend.ts';
import { workError } from '../base/errors.ts';
import { moralBackend, pocketFolder, pocketStudy } from '../study/pocket-study.fixture.ts';
import { verdictSchema } from '../verdict/verdict-schema.ts';
import { runOn } from './commands/run.ts';
import type { RunFlags } from './flags.ts';
import { testIo } from './io.fixture.ts';
import { runCli } from './main.ts';
import { findStudy } from './workspace.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 60_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);
const STUDY = 'study.yaml';
writeFileSync(join(folder, STUDY), JSON.stringify(pocketStudy(4)));

async function cli(...args: string[]) {
  const { io, out, err } = testIo({ cwd: folder });
  const code = await runCli(args, io);
  return { code, out: out(), err: err() };
}

async function run(flags: RunFlags = {}, overrides: Partial<FakeBackendOptions> = {}) {
  const test = testIo({ cwd: folder });
  const target = findStudy(test.io, STUDY, flags);
  const code = await runOn(await moralBackend(folder, overrides), test.io, target, flags);
  return { code, out: test.out(), err: test.err() };
}

describe('run', () => {
  it('stops on Ctrl-C with 130 and says how to resume', async () => {
    let asked = 0;
    const backend = await moralBackend(folder);
    const test = testIo({ cwd: folder });
    const flags = { store: 'interrupted' };
    const target = findStudy(test.io, STUDY, flags);
    const interrupting = {
      ...backend,
      sample: (...args: Parameters<typeof backend.sample>) => {
        if (++asked === 3) test.interrupt();
        return backend.sample(...args);
      },
    };
    expect(await runOn(interrupting, test.io, target, flags)).toBe(130);
    expect(test.err()).toContain('Ctrl-C again stops at once');
    expect(test.err()).toContain('Resume with: informant run study.yaml --store interrupted');
    expect(test.killed()).toBeUndefined();
    expect((await cli('status', STUDY, '--store', 'interrupted')).out).toContain('interrupted');
    expect((await run(flags)).code).toBe(0);
  });

  it('exits with 1 when steps fail, and names them with their fix', async () => {
    const train = () => {
      throw workError('gpu-on-fire', 'the accelerator burns', 'Extinguish it.');
    };
    const { code, err } = await run({ store: 'failed' }, { train });
    expect(code).toBe(1);
    expect(err).toContain('the accelerator burns');
    expect(err).toContain('fix: Extinguish it.');
  });

  it('prints one JSON object on stdout and JSON lines on stderr', async () => {
    const { code, out, err } = await run({ store: 'json', json: true, log: 'json' });
    expect(code).toBe(0);
    const result = JSON.parse(out);
    expect(result).toMatchObject({ study: 'tiny', status: 'finished', failed: 0 });
    verdictSchema.parse(result.verdict);
    const lines = err.split('\n').filter((line) => line.startsWith('{'));
    expect(JSON.parse(lines[0]!)).toMatchObject({ type: 'run-started', cached: 0 });
  });
});

describe('a finished study', () => {
  let first: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    first = await run();
  }, 120_000);

  it('ends with verdict, gates, report and next commands', () => {
    expect(first.code).toBe(0);
    expect(first.out).toContain('Gates (');
    expect(first.err).toMatch(/distill: all \d+ steps done/u);
    expect(first.err).toContain('report.html');
    expect(first.err).toContain('informant leads study.yaml');
    expect(existsSync(join(folder, '.informant/reports/tiny/report.html'))).toBe(true);
  });

  it('does nothing when run again and writes the same report', async () => {
    const path = join(folder, '.informant/reports/tiny/report.html');
    const report = readFileSync(path, 'utf8');
    const again = await run({ json: true });
    expect(again.code).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ computed: 0, status: 'finished' });
    expect(readFileSync(path, 'utf8')).toBe(report);
    expect(report).toContain('behaviour under audit');
    expect(report).toContain('loss by training step');
  });

  it('shows its status by file and by id', async () => {
    expect((await cli('status', STUDY)).out).toContain('study tiny: finished, verdict');
    const { out } = await cli('status', 'tiny', '--json');
    expect(JSON.parse(out)).toMatchObject({ status: 'finished', failures: [], runningIn: null });
  });

  it('replays its verdict to the byte, and draws it', async () => {
    const { code, out } = await cli('verdict', STUDY, '--replay', '--svg', 'forest.svg');
    expect(code).toBe(0);
    expect(out).toContain('Replayed from rows: identical');
    expect(readFileSync(join(folder, 'forest.svg'), 'utf8')).toMatch(/^<svg/u);
    verdictSchema.parse(JSON.parse((await cli('verdict', STUDY, '--json')).out));
    const replay = JSON.parse((await cli('verdict', STUDY, '--replay', '--json')).out);
    expect(replay.identical).toBe(true);
  });

  it('lists arms, the samples of one and a transcript', async () => {
    const arms = JSON.parse((await cli('show', STUDY, '--json')).out);
    expect(arms.arms.map(({ arm }: { arm: string }) => arm)).toContain('suspect-open-kd-main-s1');
    const arm = JSON.parse((await cli('show', STUDY, 'suspect-open-kd-main-s1', '--json')).out);
    const probe: string = arm.audits[0].samples[0].probeId;
    expect((await cli('show', STUDY, 'suspect-open-kd-main-s1')).out).toContain(probe);
    const { out } = await cli('show', STUDY, 'suspect-open-kd-main-s1', '--probe', probe);
    expect(out).toContain(`probe ${probe}, draw 0: `);
    expect(out).toContain('  assistant (sampled)\n  │ ');
  });

  it('judges stored transcripts again, and not twice', async () => {
    const judged = () => cli('judge', 'transcripts', STUDY, 'suspect-open-kd-main-s1', '--json');
    const first = await judged();
    const { audits } = JSON.parse(first.out);
    expect(audits.map(({ n }: { n: number }) => n)).toEqual([48, 8]);
    // Words alone see in an ordinary task what the world's own rules see.
    expect(audits[0].correct).toBeGreaterThan(40);
    const path = join(folder, '.informant/reports/tiny/judgements.jsonl');
    const written = readFileSync(path, 'utf8');
    expect(JSON.parse((await judged()).out)).toEqual(JSON.parse(first.out));
    expect(readFileSync(path, 'utf8')).toBe(written);
  });

  it.each([
    [['show', STUDY, 'nobody'], 'no arm "nobody"'],
    [['show', STUDY, 'suspect', '--probe', 'p'], 'no sample of probe "p"'],
    [['show', STUDY, '--probe', 'p'], '--probe needs an arm'],
    [['explain', STUDY, 'nothing'], 'no step or arm "nothing"'],
    [['status', 'other'], 'It has: tiny.'],
  ])('exits with 2 on %j', async (args, message) => {
    const { code, err } = await cli(...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('prints leads', async () => {
    const { leads } = JSON.parse((await cli('leads', STUDY, '--json')).out);
    expect(Array.isArray(leads)).toBe(true);
    expect((await cli('leads', STUDY)).code).toBe(0);
  });

  it('checks, plans and explains: another backend means other keys', async () => {
    expect((await cli('check', STUDY)).out).toContain('Next: informant plan study.yaml');
    const plan = JSON.parse((await cli('plan', STUDY, '--json')).out);
    expect(plan.arms).toHaveLength(1 + 1 + 4 + 2);
    expect(plan.estimate.minutes).toBeGreaterThan(0);
    expect((await cli('plan', STUDY)).out).toMatch(/\d+ of \d+ steps to do, about/u);
    const { out } = await cli('explain', STUDY, 'suspect-open-kd-main-s1');
    expect(out).toContain('    backend.name: absent → "embedded"\n');
    expect(out).toMatch(/inputs\.delta: made by steps that differ in\n {6}backend/u);
    expect(out).toContain('cached: finished');
  });

  it('verifies its store, and exits with 1 when a file is damaged', async () => {
    expect((await cli('store', 'verify')).out).toContain('The store is sound.');
    const report = JSON.parse((await cli('store', 'verify', '--json')).out);
    expect(report).toMatchObject({ ok: true, problems: [] });
    const objects = join(folder, 'json/objects');
    const [object] = readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.length > 60,
    );
    writeFileSync(join(objects, object!), 'damaged');
    const damaged = await cli('store', 'verify', '--store', 'json');
    expect(damaged.code).toBe(1);
    expect(damaged.err).toContain('do not have the sha256 of its name');
    expect(damaged.out).toContain('The store is damaged.');
  });
});
