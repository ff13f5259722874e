import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEmbeddedBackend } from '../backends/embedded/embedded-backend.ts';
import { smallStudy } from '../evidence/finished-study.fixture.ts';
import { moralBackend, pocketFolder } from '../study/pocket-study.fixture.ts';
import { runOn } from './commands/run.ts';
import { testIo } from './io.fixture.ts';
import { runCli } from './main.ts';
import { HOSTILE } from './report/verdict.fixture.ts';
import { divergenceText } from './views/divergence-text.ts';
import { findStudy } from './workspace.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);
const STUDY = 'study.yaml';
const ARM = 'suspect-open-kd-main-s1';
const PLAIN = 'plain.yaml';
const families = smallStudy().families.map((family) => ({ ...family, seeds: 1, divergence: true }));
writeFileSync(join(folder, STUDY), JSON.stringify(smallStudy({ families })));
writeFileSync(join(folder, PLAIN), JSON.stringify(smallStudy()));

async function cli(...args: string[]) {
  const { io, out, err } = testIo({ cwd: folder });
  const code = await runCli(args, io);
  return { code, out: out(), err: err() };
}

describe('informant divergence', () => {
  beforeAll(async () => {
    // The backend must have the identity that the command plans with.
    const { identity } = createEmbeddedBackend({ workers: 0, threads: 1 });
    const backend = await moralBackend(folder, {
      identity,
      scoreDivergence: ({ completionIds }, { reference }) =>
        completionIds.map((id) => (reference.deltas.length === 0 ? id / 100 : id / 1000)),
    });
    const { io } = testIo({ cwd: folder });
    await runOn(backend, io, findStudy(io, STUDY, {}), {});
  });

  it('lists prompts and tokens, the most divergent first', async () => {
    const { code, out, err } = await cli('divergence', STUDY, ARM, '--json');
    expect(err).toBe('');
    expect(code).toBe(0);
    const map = JSON.parse(out);
    expect(map).toMatchObject({ study: 'tiny', arm: ARM, rows: 12 });
    expect(map.fromStudent).toBeCloseTo(map.fromBase / 10, 5);
    const totals = map.prompts.map(({ total }: { total: number }) => total);
    expect(totals).toEqual(totals.toSorted((a: number, b: number) => b - a));
    const { peak, completion } = map.prompts[0];
    expect(completion).toContain(peak.token);
    const text = (await cli('divergence', STUDY, ARM)).out;
    expect(text).toContain('12 training completions');
    expect(text).toContain(`[${map.byToken[0].token.trim()}]`);
  });

  it('says what to do where nothing was measured, and where there is no such arm', async () => {
    const plain = await cli('divergence', PLAIN, ARM);
    expect([plain.code, plain.err]).toEqual([2, expect.stringContaining('divergence: true')]);
    const none = await cli('divergence', STUDY, 'nobody');
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('lists the arms')]);
  });

  it('shows hostile text as text', () => {
    const position = { before: HOSTILE, token: HOSTILE, fromBase: 1, fromStudent: null };
    const shown = divergenceText({
      rows: 1,
      tokens: 1,
      fromBase: 1,
      fromStudent: null,
      topTenth: 1,
      prompts: [
        {
          promptId: HOSTILE,
          prompt: HOSTILE,
          completion: HOSTILE,
          tokens: 1,
          total: 1,
          mean: 1,
          fromStudent: null,
          peak: { ...position, logRatio: 1 },
        },
      ],
      byToken: [{ token: HOSTILE, count: 1, mean: 1, share: 1 }],
    });
    expect(shown.replace(/\n/gu, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(shown).toContain('\\u{1b}');
  });
});
