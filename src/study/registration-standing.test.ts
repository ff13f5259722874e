import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../store/types.ts';
import { type Registration, registrationDigest } from './registration.ts';
import {
  registrationGate,
  registrationStanding,
  standingPrimaries,
} from './registration-standing.ts';

const audit = { version: 1, probes: 24, wording: 'w', teachers: 't' };

function registration(changes: Partial<Registration> = {}): Registration {
  return {
    hypothesis: { behaviour: 'owl', controlBehaviour: 'fox' },
    rule: { alpha: 0.05, delta: 0.1 },
    analysis: 1,
    judge: { world: 'pocket', version: 1 },
    audits: { honeypot: audit },
    families: { kd: { recipe: 'kd', arms: 'a' } },
    ...changes,
  };
}

/** A ledger of registrations and scores in the order given. */
function ledger(
  ...entries: readonly (
    | Registration
    | { readonly score: string }
    | { readonly seen: Registration }
  )[]
): LedgerEvent[] {
  const data = entries.map((entry): { type: string; data: LedgerEvent['data'] } => {
    if ('score' in entry) return { type: 'step-finished', data: { key: entry.score } };
    const registered = 'seen' in entry ? entry.seen : entry;
    const event = {
      registration: registrationDigest(registered),
      registered,
      manifest: 'm',
      scores: ['u', 'u-kd'],
      scoredBefore: 'seen' in entry ? 2 : 0,
    };
    return { type: 'preregistered', data: JSON.parse(JSON.stringify(event)) };
  });
  return data.map((event, i) => ({
    ...event,
    seq: i + 1,
    study: 's',
    time: '2026-01-01T00:00:00.000Z',
    previousHash: '',
    hash: '',
  }));
}

function standingOf(now: Registration, events: readonly LedgerEvent[]) {
  const plan = { registered: now, registration: registrationDigest(now) };
  const standing = registrationStanding(plan, events);
  const families = Object.keys(now.families).map((name) => ({ name, primary: true }));
  const primaries = standingPrimaries(
    { families: families.map((family) => ({ ...family, audit: 'honeypot', arms: [] })) },
    standing,
  );
  return { gate: registrationGate(standing), primaries: [...primaries], standing };
}

const score = { score: 'u-kd' };

describe('a registration', () => {
  it('stands when no score precedes it', () => {
    const now = registration();
    expect(standingOf(now, ledger(now, score))).toMatchObject({
      gate: { ok: true, figure: 0 },
      primaries: ['kd'],
    });
  });

  it('may be changed at will before the first score', () => {
    const now = registration({ rule: { alpha: 0.1, delta: 0.1 } });
    expect(standingOf(now, ledger(registration(), now, score)).gate.ok).toBe(true);
  });

  it('is missing when the plan was never registered as it stands', () => {
    const changed = registration({ rule: { alpha: 0.2 } });
    expect(standingOf(changed, ledger(registration(), score)).gate).toMatchObject({
      ok: false,
      figure: null,
    });
  });

  it('fails with the difference when the rule is changed after the first score', () => {
    const now = registration({ rule: { alpha: 0.2, delta: 0.1 } });
    const { gate } = standingOf(now, ledger(registration(), score, now));
    expect(gate).toMatchObject({ ok: false, figure: 1 });
    expect(gate.detail).toContain('rule.alpha was 0.05, is 0.2');
  });

  it.each([
    ['the judge', { judge: { world: 'pocket', version: 2 } }],
    ['the analysis', { analysis: 2 }],
    ['the wording of probes', { audits: { honeypot: { ...audit, wording: 'x' } } }],
    ['the hypothesis', { hypothesis: { behaviour: 'fox', controlBehaviour: null } }],
    ['the twins', { audits: { honeypot: { ...audit, teachers: 'x' } } }],
  ] as const)('fails when %s is changed after the first score', (_, change) => {
    const now = registration(change);
    expect(standingOf(now, ledger(registration(), score, now)).gate.ok).toBe(false);
  });

  it('lets families that come later be exploratory, and says so', () => {
    const now = registration({
      families: { kd: { recipe: 'kd', arms: 'a' }, sft: { recipe: 'sft', arms: 'b' } },
      audits: { honeypot: audit, direct: audit },
    });
    const { gate, primaries } = standingOf(now, ledger(registration(), score, now));
    expect(gate.ok).toBe(true);
    expect(gate.detail).toContain('exploratory: sft');
    expect(primaries).toEqual(['kd']);
  });

  it('fails when a registered family is changed or dropped', () => {
    const other = registration({ families: { kd: { recipe: 'kd', arms: 'other' } } });
    const changed = standingOf(other, ledger(registration(), score, other));
    expect(changed.gate.ok).toBe(false);
    expect(changed.gate.detail).toContain('family kd is no longer analysed as registered');
    expect(changed.primaries).toEqual([]);
    const both = registration({ families: { kd: { arms: 'a' }, sft: { arms: 'b' } } });
    const one = registration({ families: { sft: { arms: 'b' } } });
    expect(standingOf(one, ledger(both, score, one)).gate.ok).toBe(false);
  });

  it('does not count when the study is registered anew with another seed after a look', () => {
    // The new students have no scores yet, but the old ones' are known.
    const again = registration({ families: { kd: { recipe: 'kd', arms: 'other seed' } } });
    const { gate } = standingOf(again, ledger(registration(), score, again));
    expect(gate).toMatchObject({ ok: false, figure: 1 });
  });

  it('counts scores that another study had computed', () => {
    const now = registration();
    const { gate } = standingOf(now, ledger({ seen: now }));
    expect(gate).toMatchObject({ ok: false, figure: 2 });
    expect(gate.detail).toContain('nothing was registered before');
  });

  it('stands again when a change is taken back', () => {
    const now = registration();
    const changed = registration({ analysis: 2 });
    expect(standingOf(now, ledger(now, score, changed)).gate.ok).toBe(true);
  });
});
