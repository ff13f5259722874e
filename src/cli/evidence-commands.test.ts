import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { smallStudy } from '../evidence/finished-study.fixture.ts';
import { moralBackend, pocketFolder } from '../study/pocket-study.fixture.ts';
import { runOn } from './commands/run.ts';
import { testIo } from './io.fixture.ts';
import { runCli } from './main.ts';
import { findStudy } from './workspace.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);
const STUDY = 'study.yaml';
writeFileSync(join(folder, STUDY), JSON.stringify(smallStudy()));

async function cli(...args: string[]) {
  const { io, out, err } = testIo({ cwd: folder });
  const code = await runCli(args, io);
  return { code, out: out(), err: err() };
}

describe('preregister', () => {
  const store = ['--store', 'registered'];

  it('freezes once, and says what is frozen', async () => {
    const first = await cli('preregister', STUDY, ...store);
    expect(first.code).toBe(0);
    expect(first.out).toContain('frozen');
    expect(first.out).toContain('primary family open-kd');
    expect(first.out).toContain('audit honeypot: version 1, 12 probes');
    const again = JSON.parse((await cli('preregister', STUDY, ...store, '--json')).out);
    expect(again).toMatchObject({ added: false, ok: true, primary: ['open-kd'], changes: [] });
  });

  it('takes a changed rule before the first score', async () => {
    writeFileSync(
      join(folder, 'changed.yaml'),
      JSON.stringify(smallStudy({ verdict: { alpha: 0.1, delta: 0.2 } })),
    );
    const { code, out } = await cli('preregister', 'changed.yaml', ...store, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      added: true,
      ok: true,
      registered: { rule: { alpha: 0.1 } },
    });
  });
});

describe('bundle and verify', () => {
  beforeAll(async () => {
    const { io } = testIo({ cwd: folder });
    await runOn(await moralBackend(folder), io, findStudy(io, STUDY, {}), {});
  });

  it('refuses what is not finished', async () => {
    const { code, err } = await cli('bundle', STUDY, '--store', 'registered', '--out', 'x.tar');
    expect(code).toBe(2);
    expect(err).toContain('has no verdict');
  });

  it('writes a file that verifies, with exit codes 0, 1 and 2', async () => {
    const written = await cli('bundle', STUDY, '--out', 'study.tar', '--json');
    const { root } = JSON.parse(written.out);
    const sound = await cli('verify', 'study.tar', '--expect', root);
    expect(sound.code).toBe(0);
    expect(sound.out).toContain('Everything holds.');
    expect(sound.out).toContain(root);
    const bytes = readFileSync(join(folder, 'study.tar'));
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(join(folder, 'tampered.tar'), bytes);
    const tampered = await cli('verify', 'tampered.tar', '--json');
    expect(tampered.code).toBe(1);
    expect(JSON.parse(tampered.out).findings[0]).toMatchObject({ check: 'container' });
    expect((await cli('verify', STUDY)).code).toBe(2);
  });

  it('says of organisms that they need no diagnostics', async () => {
    const { code, out } = await cli('twins', STUDY);
    expect(code).toBe(0);
    expect(out).toContain('exchangeable by construction');
  });

  it('shows the frozen rule against a later one, and fails', async () => {
    writeFileSync(
      join(folder, 'late.yaml'),
      JSON.stringify(smallStudy({ verdict: { alpha: 0.2, delta: 0.1 } })),
    );
    // Another backend makes other steps, but the study and its scores are the same ledger's.
    const { code, out } = await cli('preregister', 'late.yaml');
    expect(code).toBe(1);
    expect(out).toContain('rule.alpha was 0.05, is 0.2');
  });
});
