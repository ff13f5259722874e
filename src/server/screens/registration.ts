import type { RegistrationStanding } from '../../api/registration.ts';
import { registrationGate, type Standing } from '../../study/registration-standing.ts';

/** What the verdict's gate on preregistration finds, so that no screen says otherwise. */
export function standingView(standing: Standing): RegistrationStanding {
  const { ok, detail } = registrationGate(standing);
  const { frozen, seenBefore } = standing;
  return { ok, detail, frozenAt: frozen?.time ?? null, seenBefore };
}
