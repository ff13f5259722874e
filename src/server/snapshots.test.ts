import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { samplePageSchema, snapshotSchema } from '../api/samples.ts';
import { openStore } from '../store/open-store.ts';
import { createApp } from './app.ts';
import { createSnapshots, type Snapshots } from './screens/kept-snapshots.ts';
import { snapshotPage, takeSnapshot } from './screens/samples.ts';
import { HOST, serveSmallStudy, type ServedStudy, STUDY } from './served-study.fixture.ts';

vi.setConfig({ hookTimeout: 120_000 });

let served: ServedStudy;
beforeAll(async () => {
  served = await serveSmallStudy();
});
afterAll(() => served.close());

const take = (query = '') => served.read(`${STUDY}/samples${query}`, snapshotSchema);

it('answers the same list while nothing is written, and another for another filter', async () => {
  const first = await take();
  expect(await take()).toEqual(first);
  const filtered = await take('?audit=honeypot');
  expect(filtered.snapshot).not.toBe(first.snapshot);
  expect(filtered.total).toBeLessThan(first.total);
  expect(await take('?audit=honeypot')).toEqual(filtered);
});

it('takes the list of the latest study before anybody asks', async () => {
  const { store, folder } = served;
  let read = 0;
  const ids: typeof store.listing.ids = (...of) => {
    read++;
    return store.listing.ids(...of);
  };
  const { app, warm, close } = createApp({
    store: { ...store, listing: { ...store.listing, ids } },
    readOnly: false,
    access: { hosts: new Set([HOST]), token: undefined },
    pageDir: folder,
    log: () => {},
  });
  warm();
  expect(read).toBe(1);
  const answer = await app.request(`http://${HOST}${STUDY}/samples`, { headers: { host: HOST } });
  close();
  expect(snapshotSchema.parse(await answer.json()).total).toBe((await take()).total);
  expect(read).toBe(1);
});

it('takes the list anew once this server has written, and knows the one before', async () => {
  const before = await take();
  const id = before.first![0]!.id;
  await served.post(`${STUDY}/sample/${id}/annotations`, { kind: 'note', reason: 'look' });
  const after = await take();
  expect(after.snapshot).not.toBe(before.snapshot);
  expect(after.first![0]!.notes).toBe(before.first![0]!.notes + 1);
  const old = `${STUDY}/samples/${before.snapshot}?offset=0&limit=1`;
  expect((await served.read(old, samplePageSchema)).rows).toHaveLength(1);
});

it('takes the list anew once another process has written', async () => {
  const before = await take();
  const other = openStore(served.store.dir, { mode: 'write' });
  other.database.run('DELETE FROM samples WHERE id = ?', before.first![0]!.id);
  other.close();
  const after = await take();
  expect(after.total).toBe(before.total - 1);
  expect(after.first![0]!.id).toBe(before.first![1]!.id);
});

describe('of many lists', () => {
  const study = () => served.store.studies.find('tiny')!;
  const pageOf = (snapshots: Snapshots, name: string) =>
    snapshotPage(served.store, study(), snapshots, name, { offset: 0, limit: 1 });
  /** Room for so many lists as long as that of all samples. */
  const room = (lists: number, total: number) => createSnapshots(lists * (total + 1_000));

  it('forgets the one used longest ago, and none that a reader holds', async () => {
    const { total } = await take();
    for (const isHeld of [false, true]) {
      const snapshots = room(3, total);
      const { snapshot: held } = takeSnapshot(served.store, study(), {}, snapshots);
      for (let change = 0; change < 5; change++) {
        const { database } = served.store;
        database.run('DELETE FROM samples WHERE id = (SELECT max(id) FROM samples)');
        takeSnapshot(served.store, study(), {}, snapshots, isHeld ? held : undefined);
      }
      if (isHeld) expect(pageOf(snapshots, held).rows).toHaveLength(1);
      else expect(() => pageOf(snapshots, held)).toThrow('This list was forgotten.');
    }
  });

  it('keeps equal ones once, under a name of its own for each', async () => {
    const { total } = await take();
    const snapshots = room(1, total);
    const names = Array.from({ length: 5 }, () => {
      served.store.ledger.append('tiny', 'test-event', {});
      return takeSnapshot(served.store, study(), {}, snapshots).snapshot;
    });
    expect(new Set(names).size).toBe(5);
    for (const name of names) expect(pageOf(snapshots, name).rows).toHaveLength(1);
  });
});
