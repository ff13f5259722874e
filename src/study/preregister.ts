import { z } from 'zod';
import type { Store } from '../store/open-store.ts';
import type { LedgerEvent } from '../store/types.ts';
import type { Gate } from '../verdict/types.ts';
import type { Manifest } from './manifest.ts';

/** Ledger event that fixes hypothesis, decision rule and primary families. */
export const PREREGISTERED = 'preregistered';

const dataSchema = z.object({
  registration: z.string(),
  /** Digest of the stored manifest. */
  manifest: z.string(),
  /** Scores of U or its registered students that existed already. */
  scoredBefore: z.int(),
});

/**
 * Registers the study unless this very registration is in the ledger already. The event records
 * how many audits of U and of its students in primary families were finished by then: none, if the
 * rule was fixed before the scores. Twins' scores may exist, e.g. from another study.
 */
export function preregister(
  store: Pick<Store, 'ledger' | 'steps' | 'transaction'>,
  manifest: Manifest,
  manifestDigest: string,
): void {
  store.transaction(() => {
    if (findRegistration(manifest, store.ledger.list(manifest.study)) !== undefined) return;
    const scoredBefore = [...suspectScores(manifest)].filter(
      (key) => store.steps.find(key)?.status === 'done',
    ).length;
    store.ledger.append(manifest.study, PREREGISTERED, {
      registration: manifest.registration,
      manifest: manifestDigest,
      scoredBefore,
      alpha: manifest.alpha,
      delta: manifest.delta,
      behaviour: manifest.behaviour,
      primary: manifest.families.flatMap(({ name, primary }) => (primary ? [name] : [])),
    });
  });
}

/** Gate: the registration is in the ledger, and precedes every score of U and its students. */
export function registrationGate(manifest: Manifest, events: readonly LedgerEvent[]): Gate {
  const name = 'preregistration precedes scores';
  const found = findRegistration(manifest, events);
  if (found === undefined) {
    const detail = 'The ledger holds no registration of this study as it stands.';
    return { name, ok: false, figure: null, limit: 0, detail };
  }
  const scores = suspectScores(manifest);
  const earlier = events.filter(
    ({ seq, data }) => seq < found.seq && scores.has(keyOf(data) ?? ''),
  ).length;
  const figure = Math.max(found.scoredBefore, earlier);
  return {
    name,
    ok: figure === 0,
    figure,
    limit: 0,
    detail: `${figure} of ${scores.size} audits of U and its registered students were finished when hypothesis, rule and primary families were registered.`,
  };
}

function findRegistration(
  manifest: Manifest,
  events: readonly LedgerEvent[],
): { readonly seq: number; readonly scoredBefore: number } | undefined {
  for (const { type, seq, data } of events) {
    if (type !== PREREGISTERED) continue;
    const parsed = dataSchema.safeParse(data);
    if (parsed.success && parsed.data.registration === manifest.registration) {
      return { seq, scoredBefore: parsed.data.scoredBefore };
    }
  }
  return undefined;
}

function suspectScores({ teachers, families }: Manifest): ReadonlySet<string> {
  const registered = families.filter(({ primary }) => primary);
  const audits = new Set(registered.map(({ audit }) => audit));
  const runs = [...teachers, ...registered.flatMap(({ arms }) => arms)];
  return new Set(
    runs.flatMap((run) =>
      run.role === 'suspect' ? [...audits].flatMap((audit) => run.audits[audit] ?? []) : [],
    ),
  );
}

function keyOf(data: LedgerEvent['data']): string | undefined {
  const parsed = z.object({ key: z.string() }).safeParse(data);
  return parsed.success ? parsed.data.key : undefined;
}
