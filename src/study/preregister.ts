import type { Store } from '../store/open-store.ts';
import type { LedgerEvent } from '../store/types.ts';
import type { Manifest } from './manifest.ts';
import {
  PREREGISTERED,
  type RegistrationEvent,
  registrationStanding,
  type Standing,
} from './registration-standing.ts';

/** What a registration did. */
export interface Preregistration {
  /** False when this very registration was in the ledger already. */
  readonly added: boolean;
  readonly event: LedgerEvent;
  readonly standing: Standing;
}

/**
 * Registers the study unless this very registration is in the ledger already. The event holds
 * what is frozen, the steps whose results are scores of U and of its students in primary families,
 * and how many of those were finished by then: none, if the rule was fixed before the scores.
 * Twins' scores may exist, e.g. from another study.
 */
export function preregister(
  store: Pick<Store, 'ledger' | 'steps' | 'transaction'>,
  manifest: Manifest,
  manifestDigest: string,
): Preregistration {
  return store.transaction(() => {
    const events = store.ledger.list(manifest.study);
    const known = events.find(
      ({ type, data }) =>
        type === PREREGISTERED &&
        typeof data === 'object' &&
        data !== null &&
        'registration' in data &&
        data['registration'] === manifest.registration,
    );
    const event =
      known ??
      store.ledger.append(
        manifest.study,
        PREREGISTERED,
        eventData(store, manifest, manifestDigest),
      );
    const standing = registrationStanding(
      manifest,
      known === undefined ? [...events, event] : events,
    );
    return { added: known === undefined, event, standing };
  });
}

function eventData(
  store: Pick<Store, 'steps'>,
  manifest: Manifest,
  manifestDigest: string,
): RegistrationEvent {
  const scores = suspectScores(manifest);
  return {
    registration: manifest.registration,
    registered: manifest.registered,
    manifest: manifestDigest,
    scores: [...scores],
    scoredBefore: scores.filter((key) => store.steps.find(key)?.status === 'done').length,
  };
}

function suspectScores({ teachers, families }: Manifest): readonly string[] {
  const registered = families.filter(({ primary }) => primary);
  const audits = new Set(registered.map(({ audit }) => audit));
  const keys = [
    ...teachers.flatMap((run) =>
      run.role === 'suspect' ? [...audits].map((audit) => run.audits[audit]) : [],
    ),
    ...registered.flatMap(({ arms, audit }) =>
      arms.flatMap((arm) => (arm.role === 'suspect' ? [arm.audits[audit]] : [])),
    ),
  ];
  return [...new Set(keys.filter((key) => key !== undefined))];
}
