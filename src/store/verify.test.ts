import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../../test/support/temporary-store.ts';
import type { Store } from './open-store.ts';
import { repairStore } from './repair.ts';
import { verifyStore } from './verify.ts';

/** A store with one done step whose artifact has one file. */
function storeWithStep(): { store: Store; artifact: string; file: string } {
  const store = temporaryStore();
  const file = store.objects.put('weights '.repeat(1000));
  const artifact = store.artifacts.put({ kind: 'student', meta: {}, files: { weights: file } });
  const step = { name: 'distil', version: 1, stage: 'distill', title: 'distil', costTokens: 1 };
  store.steps.start({ ...step, key: 'k', params: {}, inputs: {}, backend: null }, {});
  store.steps.finish('k', { artifact: artifact.digest, tokens: null });
  store.ledger.append('owl', 'step-finished', { key: 'k', artifact: artifact.digest });
  store.ledger.append('owl', 'verdict', null);
  return { store, artifact: artifact.digest, file };
}

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 0x10;
  writeFileSync(path, bytes);
}

describe('verifyStore', () => {
  it('finds nothing wrong with a sound store, and counts what it read', async () => {
    const { store } = storeWithStep();
    const seen: number[] = [];
    const report = await verifyStore(store, {
      onProgress: ({ checkedObjects, totalObjects }) => seen.push(checkedObjects / totalObjects),
    });
    expect(report).toMatchObject({ ok: true, objects: 2, steps: 1, events: 2, problems: [] });
    expect(report.roots).toEqual({ owl: store.ledger.root('owl') });
    expect(report.bytes).toBeGreaterThan(8_000);
    expect(seen).toEqual([0.5, 1]);
  });

  it('finds a flipped byte in a file', async () => {
    const { store, file } = storeWithStep();
    flipByte(store.objects.path(file));
    const report = await verifyStore(store);
    expect(report.ok).toBe(false);
    expect(report.problems).toEqual([
      { kind: 'corrupt-object', digest: file, path: store.objects.path(file) },
      { kind: 'missing-file', digest: file, name: 'weights', stepKey: 'k' },
    ]);
  });

  it('finds a damaged artifact, a lost artifact and a lost file', async () => {
    const damaged = storeWithStep();
    flipByte(damaged.store.objects.path(damaged.artifact));
    expect((await verifyStore(damaged.store)).problems).toContainEqual({
      kind: 'bad-artifact',
      digest: damaged.artifact,
      stepKey: 'k',
    });
    const lost = storeWithStep();
    rmSync(lost.store.objects.path(lost.artifact));
    expect((await verifyStore(lost.store)).problems).toEqual([
      { kind: 'missing-artifact', digest: lost.artifact, stepKey: 'k' },
    ]);
    const fileless = storeWithStep();
    rmSync(fileless.store.objects.path(fileless.file));
    expect((await verifyStore(fileless.store)).problems).toEqual([
      { kind: 'missing-file', digest: fileless.file, name: 'weights', stepKey: 'k' },
    ]);
  });

  it('finds a ledger that was edited behind its back', async () => {
    const { store } = storeWithStep();
    store.database.run('DROP TRIGGER events_are_never_changed');
    store.database.run("UPDATE events SET data = '{}' WHERE seq = 1");
    const report = await verifyStore(store);
    expect(report.ok).toBe(false);
    expect(report.problems).toMatchObject([{ kind: 'broken-ledger', study: 'owl', seq: 1 }]);
  });

  it('mentions leftovers of killed writers without calling the store unsound', async () => {
    const { store, file } = storeWithStep();
    const path = `${store.objects.path(file)}.123.0.tmp`;
    writeFileSync(path, 'half');
    const report = await verifyStore(store);
    expect(report).toMatchObject({ ok: true, problems: [{ kind: 'leftover-file', path }] });
  });
});

describe('repairStore', () => {
  it('lets the next run make damaged results again', async () => {
    const { store, file } = storeWithStep();
    const leftover = `${store.objects.path(file)}.123.0.tmp`;
    writeFileSync(leftover, 'half');
    flipByte(store.objects.path(file));
    const repaired = repairStore(store, await verifyStore(store));
    expect(repaired).toEqual({
      stepKeys: ['k'],
      setAside: [`${store.objects.path(file)}.corrupt`],
      removed: [leftover],
    });
    expect(store.steps.find('k')).toMatchObject({ status: 'failed', artifact: null });
    expect((await verifyStore(store)).ok).toBe(true);
    expect(store.objects.put('weights '.repeat(1000))).toBe(file);
  });
});
