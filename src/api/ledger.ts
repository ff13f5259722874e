import { z } from 'zod';
import { registrationStandingSchema } from './registration.ts';

export const ledgerEventSchema = z.object({
  seq: z.int(),
  time: z.string(),
  type: z.string(),
  /** Canonical JSON, cut where very long. */
  data: z.string(),
  hash: z.string(),
  previousHash: z.string(),
});
export type LedgerEventView = z.infer<typeof ledgerEventSchema>;

/** `GET /api/studies/:study/ledger?type=&offset=&limit=`; oldest first. */
export const ledgerSchema = z.object({
  root: z.string(),
  total: z.int(),
  types: z.array(z.object({ type: z.string(), count: z.int() })),
  offset: z.int(),
  events: z.array(ledgerEventSchema),
  provenance: z.array(z.object({ label: z.string(), value: z.string() })),
  /** Null while nothing is registered. */
  registration: registrationStandingSchema.nullable(),
});
export type LedgerView = z.infer<typeof ledgerSchema>;

/** `POST /api/studies/:study/verify`: chain, stored files and a replay of the verdict. */
export const verificationSchema = z.object({
  ok: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
});
export type Verification = z.infer<typeof verificationSchema>;
