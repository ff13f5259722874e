import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resultOf, runTestSteps, testStep } from '../../test/support/steps.ts';
import { temporaryFolder } from '../../test/support/temporary-store.ts';
import { createRng } from '../base/rng.ts';
import { openStore } from '../store/open-store.ts';
import { verifyStore } from '../store/verify.ts';

/** A real file system of a few MB; only root may mount one. */
function mountSmallDisk(folder: string, megabytes: number): boolean {
  try {
    const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder];
    execFileSync('mount', options, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const noise = (name: string, bytes: number): Uint8Array => {
  const rng = createRng(name);
  return Uint8Array.from({ length: bytes }, () => rng.int(256));
};

describe('a full disk', () => {
  it('stops the run with the reason, loses nothing, and the run goes on later', async (context) => {
    const disk = join(temporaryFolder(), 'disk');
    mkdirSync(disk);
    if (!mountSmallDisk(disk, 3)) context.skip('mounting a file system needs root');
    onTestFinished(() => {
      execFileSync('umount', ['-l', disk]);
    });
    const steps = Array.from({ length: 12 }, (_, i) =>
      testStep(
        `big-${i}`,
        {},
        {
          run: async (stepContext) => {
            stepContext.objects.put(noise(`big-${i}`, 400_000));
            return resultOf(`big-${i}`, stepContext);
          },
        },
      ),
    );
    const store = openStore(join(disk, 'store'), { mode: 'write' });
    await expect(runTestSteps(store, steps)).rejects.toMatchObject({
      code: 'disk-full',
      exitCode: 1,
      hint: expect.stringContaining('Nothing that was finished is lost'),
    });
    const done = store.steps.list().filter((row) => row.status === 'done');
    expect(done.length).toBeGreaterThan(1);
    expect(done.length).toBeLessThan(12);
    expect((await verifyStore(store)).problems).toEqual([]);

    execFileSync('mount', ['-o', 'remount,size=64m', disk]);
    const { summary } = await runTestSteps(store, steps);
    expect(summary).toMatchObject({ computed: 12 - done.length, cached: done.length });
    for (const row of done) expect(store.steps.find(row.key)).toEqual(row);
    expect((await verifyStore(store)).problems).toEqual([]);
    store.close();
  });
});
