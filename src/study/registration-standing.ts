import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { type Json, parseJson } from '../base/json.ts';
import { type JsonDifference, jsonDifferences } from '../base/json-differences.ts';
import type { LedgerEvent } from '../store/types.ts';
import type { Gate } from '../verdict/types.ts';
import type { Manifest } from './manifest.ts';
import { type Registration, registrationSchema } from './registration.ts';

/** Ledger event that fixes hypothesis, decision rule, scorer and primary families. */
export const PREREGISTERED = 'preregistered';

const dataSchema = z.object({
  registration: z.string(),
  registered: registrationSchema,
  /** Digest of the stored manifest. */
  manifest: z.string(),
  /** Steps whose results are scores of U or of its students in registered families. */
  scores: z.array(z.string()),
  /** How many of those were done already, in whatever study. */
  scoredBefore: z.int(),
});

/** What the event of a registration holds. */
export type RegistrationEvent = z.infer<typeof dataSchema>;

/** How a plan stands to what its ledger registered before the first score. */
export interface Standing {
  /** The registration in force: the last one that precedes every score. */
  readonly frozen: (RegistrationEvent & { readonly time: string }) | undefined;
  /** Scores of U that existed when the plan was registered as it stands; null: it never was. */
  readonly seenBefore: number | null;
  /** Families the plan calls primary that were not registered so before the first score. */
  readonly late: readonly string[];
  /** Registered families that the plan no longer analyses as registered. */
  readonly lost: readonly string[];
  /** Everything else that is not as it was frozen, leaf by leaf. */
  readonly changes: readonly JsonDifference[];
}

/**
 * Compares a plan with the ledger. A registration counts as seen before when any score of U under
 * any registration of this study precedes it: registering anew with another seed, after a look at
 * the first result, is no registration.
 */
export function registrationStanding(
  manifest: Pick<Manifest, 'registration' | 'registered'>,
  events: readonly LedgerEvent[],
): Standing {
  const registrations = events.flatMap((event) => {
    const parsed = dataSchema.safeParse(event.type === PREREGISTERED ? event.data : undefined);
    return parsed.success ? [{ ...parsed.data, seq: event.seq, time: event.time }] : [];
  });
  const scores = new Set(registrations.flatMap((registration) => registration.scores));
  const scored = events.flatMap(({ seq, data }) => {
    const key = keyOf(data);
    return key !== undefined && scores.has(key) ? [{ seq, key }] : [];
  });
  const seen = (registration: (typeof registrations)[number]): number => {
    const earlier = scored.filter(({ seq }) => seq < registration.seq).map(({ key }) => key);
    return Math.max(registration.scoredBefore, new Set(earlier).size);
  };
  const current = registrations.find(({ registration }) => registration === manifest.registration);
  const frozen = registrations.findLast((registration) => seen(registration) === 0);
  const seenBefore = current === undefined ? null : seen(current);
  if (frozen === undefined || seenBefore === 0) {
    return { frozen: frozen && (current ?? frozen), seenBefore, late: [], lost: [], changes: [] };
  }
  return { frozen, seenBefore, ...compare(frozen.registered, manifest.registered) };
}

/** Names of the families whose p-values decide: declared primary, and registered in time. */
export function standingPrimaries(
  manifest: Pick<Manifest, 'families'>,
  { late }: Standing,
): ReadonlySet<string> {
  return new Set(
    manifest.families.flatMap(({ name, primary }) =>
      primary && !late.includes(name) ? [name] : [],
    ),
  );
}

/**
 * Gate: what decides was fixed before the first score of U and its students. Families added later
 * do not fail it, since they count as exploratory; any other change does.
 */
export function registrationGate(standing: Standing): Gate {
  const { frozen, seenBefore, late, lost, changes } = standing;
  const gate = (ok: boolean, figure: number | null, detail: string): Gate => ({
    name: 'preregistration precedes scores',
    ok,
    figure,
    limit: 0,
    detail,
  });
  if (seenBefore === null) {
    return gate(false, null, 'The ledger holds no registration of this study as it stands.');
  }
  const known = `${seenBefore} scores of U and its registered students were known when hypothesis, rule, scorer and primary families were registered as they stand`;
  if (seenBefore === 0) return gate(true, 0, `${known}.`);
  if (frozen === undefined)
    return gate(false, seenBefore, `${known}; nothing was registered before.`);
  const broken = [
    ...lost.map((name) => `family ${name} is no longer analysed as registered`),
    ...changes.map(differenceText),
  ];
  const lateText =
    late.length === 0
      ? ''
      : ` Called primary only after the first score, and therefore exploratory: ${late.join(', ')}.`;
  if (broken.length > 0) {
    return gate(
      false,
      seenBefore,
      `${known}. Frozen, then changed: ${broken.join('; ')}.${lateText}`,
    );
  }
  return gate(true, 0, `Everything that decides was registered before the first score.${lateText}`);
}

/** `rule.alpha was 0.05, is 0.2`. */
export function differenceText({ path, before, after }: JsonDifference): string {
  const shown = (value: JsonDifference['before']): string =>
    value === undefined ? 'absent' : canonicalJson(value);
  return `${path} was ${shown(before)}, is ${shown(after)}`;
}

function compare(
  frozen: Registration,
  now: Registration,
): Pick<Standing, 'late' | 'lost' | 'changes'> {
  const same = (name: string): boolean =>
    frozen.families[name] !== undefined &&
    now.families[name] !== undefined &&
    jsonDifferences('', frozen.families[name], now.families[name]).length === 0;
  const added = ({ path, before }: JsonDifference): boolean =>
    before === undefined && /^(?:families|audits)\.[^.]+$/u.test(path);
  return {
    late: Object.keys(now.families).filter((name) => !same(name)),
    lost: Object.keys(frozen.families).filter((name) => !same(name)),
    changes: jsonDifferences('', asJson(frozen), asJson(now)).filter((change) => !added(change)),
  };
}

function asJson(registration: Registration): Json {
  return parseJson(JSON.stringify(registration));
}

function keyOf(data: LedgerEvent['data']): string | undefined {
  const parsed = z.object({ key: z.string() }).safeParse(data);
  return parsed.success ? parsed.data.key : undefined;
}
