import { z } from 'zod';

/** How a plan stands to what was registered before the first score: what the verdict's gate says. */
export const registrationStandingSchema = z.object({
  /** Whether the gate holds. */
  ok: z.boolean(),
  /** The gate's own sentence. */
  detail: z.string(),
  /** When what decides was fixed, with no score of U known; null: it never was. */
  frozenAt: z.string().nullable(),
  /** Scores known when the plan was registered as it stands; null: it never was. */
  seenBefore: z.int().nullable(),
});
export type RegistrationStanding = z.infer<typeof registrationStandingSchema>;
