import type { RegistrationStanding } from '../../api/registration.ts';
import type { LedgerEvent } from '../../store/types.ts';
import type { Manifest } from '../../study/manifest.ts';
import { registrationGate, registrationStanding } from '../../study/registration-standing.ts';

/** What the verdict's gate on preregistration finds, so that no screen says otherwise. */
export function standingView(
  manifest: Pick<Manifest, 'registration' | 'registered'>,
  events: readonly LedgerEvent[],
): RegistrationStanding {
  const standing = registrationStanding(manifest, events);
  const { ok, detail } = registrationGate(standing);
  const { frozen, seenBefore } = standing;
  return { ok, detail, frozenAt: frozen?.time ?? null, seenBefore };
}
