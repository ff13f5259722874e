import { z } from 'zod';

const countSchema = z.object({ k: z.number(), n: z.int() });

export const leadSchema = z.object({
  rank: z.int(),
  probeId: z.string(),
  cluster: z.string(),
  family: z.string(),
  prompt: z.string(),
  suspectRate: z.number(),
  twinRate: z.number(),
  teacherRate: z.number().nullable(),
  n: z.int(),
  /** What it came to when it was put to U itself; null: not replayed yet. */
  replay: z
    .object({
      outcome: z.enum(['confirmed', 'refuted', 'open']),
      contexts: z.array(
        z.object({ condition: z.string(), suspect: countSchema, twins: countSchema }),
      ),
    })
    .nullable(),
});
export type LeadView = z.infer<typeof leadSchema>;

/** `GET /api/studies/:study/leads`; 404 `no-verdict` until there is a verdict. */
export const leadsSchema = z.object({
  leads: z.array(leadSchema),
  /** A replay under way, with its progress in leads; null: none. */
  replaying: z.object({ done: z.int(), total: z.int() }).nullable(),
  replayError: z.string().nullable(),
});
export type Leads = z.infer<typeof leadsSchema>;

/** `POST /api/studies/:study/replay`. */
export const replayRequestSchema = z.object({ draws: z.int().min(1).max(200).optional() });
