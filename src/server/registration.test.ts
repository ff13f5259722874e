import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runSmallStudy } from '../evidence/finished-study.fixture.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { pocketFolder } from '../study/pocket-study.fixture.ts';
import { ledgerQuerySchema, ledgerView } from './screens/ledger.ts';
import { verdictView } from './screens/verdict.ts';

vi.setConfig({ hookTimeout: 120_000 });

let store: Store;
const { folder, dispose } = pocketFolder();
beforeAll(async () => {
  await runSmallStudy(folder, '.informant');
  // The same arms under another name: every score is there before it is registered.
  await runSmallStudy(folder, '.informant', { study: 'again' });
  store = openStore(join(folder, '.informant'), { mode: 'read' });
});
afterAll(() => {
  store.close();
  dispose();
});

describe.each([
  ['tiny', true],
  ['again', false],
])('the registration of study %s', (id, ok) => {
  it('is told on every screen as the gate of its verdict has it', () => {
    const study = store.studies.find(id)!;
    const { registration } = ledgerView(store, study, ledgerQuerySchema.parse({}));
    const view = verdictView(store, study);
    const gate = view.verdict.gates.find(({ name }) => name === 'preregistration precedes scores');
    expect(registration).toMatchObject({ ok, detail: gate?.detail });
    expect(gate?.ok).toBe(ok);
    expect(view.registration).toEqual(registration);
  });

  it('names the time it was frozen at, or that scores were known', () => {
    const { registration } = verdictView(store, store.studies.find(id)!);
    const [event] = store.ledger.ofType(id, 'preregistered');
    expect(registration.frozenAt).toBe(ok ? event?.time : null);
    expect((registration.seenBefore ?? 0) > 0).toBe(!ok);
  });
});

it('is null before there is one', () => {
  const study = { ...store.studies.find('tiny')!, id: 'unplanned' };
  expect(ledgerView(store, study, ledgerQuerySchema.parse({})).registration).toBeNull();
});
