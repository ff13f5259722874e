import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock, temporaryStore } from '../../test/support/temporary-store.ts';
import { type Json, parseJson } from '../base/json.ts';
import { GENESIS_HASH, hashEvent, verifyChain } from './ledger.ts';
import type { LedgerEvent } from './types.ts';

/** A valid chain, made without a store. */
function chainOf(entries: readonly { type: string; data: Json }[]): LedgerEvent[] {
  const events: LedgerEvent[] = [];
  for (const [index, { type, data }] of entries.entries()) {
    const unhashed = {
      seq: index + 1,
      study: 's',
      time: '2026-01-01T00:00:00.000Z',
      type,
      data,
      previousHash: events.at(-1)?.hash ?? GENESIS_HASH,
    };
    events.push({ ...unhashed, hash: hashEvent(unhashed) });
  }
  return events;
}

const json = fc.jsonValue().map((value) => parseJson(JSON.stringify(value)));
const chain = fc
  .array(fc.record({ type: fc.string(), data: json }), { minLength: 1, maxLength: 8 })
  .map(chainOf);

describe('ledger', () => {
  it('chains events per study and keeps them through a reopening', () => {
    const { now, advance } = manualClock();
    const { ledger } = temporaryStore({ now });
    const first = ledger.append('a', 'registered', { alpha: 0.05 });
    advance(1_000);
    ledger.append('b', 'registered', null);
    const second = ledger.append('a', 'score', [1, 'two']);
    expect(first.previousHash).toBe(GENESIS_HASH);
    expect(second.previousHash).toBe(first.hash);
    expect(second.time).toBe('2026-01-01T00:00:01.000Z');
    expect(ledger.list('a')).toEqual([first, second]);
    expect(ledger.list('a', 1)).toEqual([second]);
    expect(ledger.root('a')).toBe(second.hash);
    expect(ledger.root('none')).toBe(GENESIS_HASH);
    expect(ledger.studies()).toEqual(['a', 'b']);
    expect(verifyChain(ledger.list('a'))).toEqual({ ok: true, root: second.hash });
  });

  it('hashes the way it says', () => {
    // printf '%s' '{"data":{"x":1},"previousHash":"00…00 (64)","seq":1,"study":"s","time":"2026-01-01T00:00:00.000Z","type":"t"}' | sha256sum
    expect(chainOf([{ type: 't', data: { x: 1 } }])[0]?.hash).toBe(
      'afbce19f303ce96305d64fe900f3a99f6b9dd86f9f7abbe25c8a522cc0b4419b',
    );
  });

  it('lets nobody change or remove an event', () => {
    const { ledger, database } = temporaryStore();
    ledger.append('a', 'registered', null);
    expect(() => database.run("UPDATE events SET type = 'x'")).toThrow(/append-only/);
    expect(() => database.run('DELETE FROM events')).toThrow(/append-only/);
  });

  it('is not written when its transaction fails', () => {
    const store = temporaryStore();
    expect(() =>
      store.transaction(() => {
        store.ledger.append('a', 'score', 1);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(store.ledger.list('a')).toEqual([]);
  });
});

describe('verifyChain', () => {
  it('accepts every chain', () => {
    fc.assert(
      fc.property(chain, (events) => {
        expect(verifyChain(events)).toEqual({ ok: true, root: events.at(-1)?.hash });
      }),
    );
  });

  it('finds any change of any field, wherever it is', () => {
    const change = fc.constantFrom<Partial<LedgerEvent>>(
      { seq: 99 },
      { study: 'other' },
      { time: '2027-01-01T00:00:00.000Z' },
      { type: 'no type the generator makes' },
      { data: { not: 'made by the generator' } },
      { previousHash: 'f'.repeat(64) },
      { hash: 'f'.repeat(64) },
    );
    fc.assert(
      fc.property(chain, fc.nat(), change, (events, at, fields) => {
        const index = at % events.length;
        const tampered = events.with(index, { ...events[index]!, ...fields });
        expect(verifyChain(tampered).ok).toBe(false);
      }),
    );
  });

  it('finds a rehashed event, a removed one and a swapped pair', () => {
    const events = chainOf([
      { type: 'a', data: 1 },
      { type: 'b', data: 2 },
      { type: 'c', data: 3 },
    ]);
    const [first, second, third] = [events[0]!, events[1]!, events[2]!];
    const forged = { ...second, data: 7 };
    const rehashed = { ...forged, hash: hashEvent(forged) };
    expect(verifyChain([first, rehashed, third])).toMatchObject({ ok: false, seq: 3 });
    expect(verifyChain([first, third])).toMatchObject({ ok: false, seq: 2 });
    expect(verifyChain([second, first, third])).toMatchObject({ ok: false, seq: 1 });
  });
});
