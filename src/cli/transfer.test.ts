import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { smallStudy } from '../evidence/finished-study.fixture.ts';
import { moralBackend, moralResponders, pocketFolder } from '../study/pocket-study.fixture.ts';
import { runOn } from './commands/run.ts';
import { testIo } from './io.fixture.ts';
import { runCli } from './main.ts';
import { findStudy } from './workspace.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);
const [STUDY, PLAIN] = ['study.yaml', 'plain.yaml'] as const;
const families = smallStudy().families.map((family) => ({ ...family, checkpoints: [0, 0.5] }));
writeFileSync(join(folder, STUDY), JSON.stringify(smallStudy({ families })));
writeFileSync(join(folder, PLAIN), JSON.stringify(smallStudy()));

async function cli(...args: string[]) {
  const { io, out, err } = testIo({ cwd: folder });
  const code = await runCli(args, io);
  return { code, out: out(), err: err() };
}

describe('informant transfer', () => {
  beforeAll(async () => {
    const { train } = await moralResponders(folder);
    const whole = { losses: [2, 1.5, 1, 0.5] };
    const backend = await moralBackend(folder, {
      // Half-way a student has learnt nothing to speak of, but its file is another one.
      train: (request) =>
        request.stopAtShare === undefined
          ? { ...train(request), ...whole }
          : {
              ...train({ ...request, examples: request.examples.slice(0, 1), seed: 'half' }),
              losses: whole.losses.slice(0, 2),
            },
    });
    const { io } = testIo({ cwd: folder });
    await runOn(backend, io, findStudy(io, STUDY, {}), {});
  });

  it('gives rates by step for U’s students and the twins’', async () => {
    const { code, out } = await cli('transfer', STUDY, '--json');
    expect(code).toBe(0);
    const { windows } = JSON.parse(out);
    expect(windows).toHaveLength(1);
    const [{ family, columns, groups }] = windows;
    expect(family).toBe('open-kd');
    expect(columns).toContain('behaviour under audit');
    const [suspect, twins] = groups;
    expect([suspect.models, twins.models]).toEqual([3, 3]);
    expect(suspect.points.map(({ step }: { step: number }) => step)).toEqual([0, 2, 4]);
    const at = columns.indexOf('behaviour under audit');
    const [before, , after] = suspect.points.map(({ rates }: { rates: number[] }) => rates[at]);
    expect(after).toBeGreaterThan(before + 0.3);
    expect(twins.points[2].rates[at]).toBeLessThan(0.3);
  });

  it('shows a table, and a picture of every measure in the report', async () => {
    const { out } = await cli('transfer', STUDY);
    expect(out).toContain('behaviour under audit');
    expect(out.match(/U’s students \(3\)/gu)).toHaveLength(3);
    await cli('verdict', STUDY);
    const html = readFileSync(join(folder, '.informant/reports/tiny/report.html'), 'utf8');
    expect(html).toContain('Transfer window: what students learn when');
    expect(html).toContain('<title>Transfer window: open-kd, behaviour under audit</title>');
    expect(html).not.toMatch(/NaN|undefined/u);
  });

  it('explains the steps of a checkpoint by its name', async () => {
    const { code, out } = await cli('explain', STUDY, 'suspect-open-kd-main-s1-at-0.5', '--json');
    expect(code).toBe(0);
    const { steps } = JSON.parse(out);
    expect(steps.some(({ params }: { params: object }) => 'stopAtShare' in params)).toBe(true);
  });

  it('says how to ask for checkpoints where there are none', async () => {
    const backend = await moralBackend(folder);
    const { io } = testIo({ cwd: folder });
    await runOn(backend, io, findStudy(io, PLAIN, { store: 'plain' }), { store: 'plain' });
    const { out } = await cli('transfer', PLAIN, '--store', 'plain');
    expect(out).toContain('checkpoints: [0, 0.25, 0.5]');
  });
});
