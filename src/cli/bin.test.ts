import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { pocketFolder, pocketStudy } from '../study/pocket-study.fixture.ts';

vi.setConfig({ testTimeout: 60_000 });

const bin = fileURLToPath(new URL('../../bin/informant.js', import.meta.url));
const isBuilt = existsSync(new URL('../../dist/src/cli/main.js', import.meta.url));
const { folder, dispose } = pocketFolder();
afterAll(dispose);
writeFileSync(join(folder, 'study.yaml'), JSON.stringify(pocketStudy(2)));

/** Starts a run and presses Ctrl-C `times` times once it has begun. */
async function interrupted(
  times: number,
  store: string,
): Promise<{ code: number | null; err: string }> {
  const args = [bin, 'run', 'study.yaml', '--workers', '1', '--store', store];
  const child = spawn(process.execPath, args, { cwd: folder });
  let err = '';
  let sent = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    const isReady = sent === 0 ? err.includes('steps, 0 of them cached') : err.includes('again');
    if (isReady && sent < times) {
      sent++;
      child.kill('SIGINT');
    }
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, err };
}

describe.skipIf(!isBuilt)('the built command', () => {
  it('sets the exit code of the process', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
    expect(run('--help').status).toBe(0);
    expect(run('plan').status).toBe(2);
    const missing = run('check', 'nowhere.yaml', '--json');
    expect(missing.status).toBe(2);
    expect(JSON.parse(missing.stdout)).toHaveProperty('error.code', 'study-unreadable');
  });

  it('ends with 130 after Ctrl-C, and keeps what was finished', async () => {
    const { code, err } = await interrupted(1, 'once');
    expect(code).toBe(130);
    expect(err).toContain('Resume with: informant run study.yaml');
  });

  it('ends at once with 130 after a second Ctrl-C', async () => {
    const { code, err } = await interrupted(2, 'twice');
    expect(code).toBe(130);
    expect(err).not.toContain('Resume with');
  });
});
