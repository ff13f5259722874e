import { z } from 'zod';
import { verdictSchema } from '../verdict/verdict-schema.ts';
import { registrationStandingSchema } from './registration.ts';
import { roleSchema } from './studies.ts';

const scoreCountsSchema = z.object({ n: z.int(), unscored: z.int() });

/** `GET /api/studies/:study/verdict`; 404 `no-verdict` until there is one. */
export const verdictViewSchema = z.object({
  verdict: verdictSchema,
  /** sha256 of the verdict's canonical bytes. */
  digest: z.string(),
  registration: registrationStandingSchema,
  recordedAt: z.string(),
  /** Scores behind the rates of U and of all benign teachers, and those that are missing. */
  teacherScores: z.object({ suspect: scoreCountsSchema, twins: scoreCountsSchema }),
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
