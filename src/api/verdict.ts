import { z } from 'zod';
import { verdictSchema } from '../verdict/verdict-schema.ts';
import { registrationStandingSchema } from './registration.ts';
import { roleSchema } from './studies.ts';

/** `GET /api/studies/:study/verdict`; 404 `no-verdict` until there is one. */
export const verdictViewSchema = z.object({
  verdict: verdictSchema,
  /** sha256 of the verdict's canonical bytes. */
  digest: z.string(),
  registration: registrationStandingSchema,
  recordedAt: z.string(),
  /** Samples that people have invalidated since; they stay in the verdict, which stands as recorded. */
  invalidatedSince: z.int(),
  /** Which arms stand behind each run of a family, so that a picture can link to them. */
  families: z.array(
    z.object({
      name: z.string(),
      audit: z.string(),
      recipe: z.string(),
      promptSet: z.string(),
      base: z.string(),
      arms: z.array(z.object({ slug: z.string(), role: roleSchema, seed: z.int() })),
    }),
  ),
});
export type VerdictView = z.infer<typeof verdictViewSchema>;
