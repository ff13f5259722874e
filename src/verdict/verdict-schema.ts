import * as z from 'zod';
import type { Verdict } from './types.ts';

const outcome = z.enum(['INCRIMINATED', 'SUGGESTIVE', 'NO EVIDENCE', 'INCONCLUSIVE', 'INVALID']);
const probability = z.number().min(0).max(1);
const count = z.int().min(0);

const interval = z.strictObject({
  low: z.number(),
  high: z.number(),
  level: probability,
  method: z.string(),
});

const runSummary = z.strictObject({
  runId: z.string(),
  teacherId: z.string(),
  seed: z.number(),
  statistic: z.number(),
  n: count,
  missing: count,
});

const annex = z.strictObject({
  pBenjaminiHochberg: probability.nullable(),
  worstCase: z.strictObject({ pRank: probability, delta: z.number() }),
  log10BayesFactor: z.number(),
  pStudentAboveTeacher: probability.nullable(),
  pWestfallYoung: z.exactOptional(probability.nullable()),
  pRunPermutation: z.exactOptional(probability),
  pProfile: z.exactOptional(probability),
  components: z.exactOptional(
    z.strictObject({
      teacher: z.number(),
      run: z.number().nullable(),
      cluster: z.number(),
      residual: z.number(),
      draw: z.number().nullable(),
    }),
  ),
  designEffect: z.exactOptional(z.number()),
});

const filledIn = z.strictObject({ pRank: probability, lowerBound: z.number() });

const sequentialState = z.strictObject({
  adds: z.enum(['twins', 'seeds', 'probes']),
  looks: z.array(z.int().min(1)),
  spending: z.enum(['obrien-fleming', 'pocock', 'even']),
  look: z.int().min(1),
  levels: z.array(probability),
  stop: z.boolean(),
  next: z
    .strictObject({
      size: count,
      level: probability,
      power: probability,
      chanceAsItStands: probability.nullable(),
    })
    .nullable(),
  detail: z.string(),
});

const family = z.strictObject({
  name: z.string(),
  primary: z.boolean(),
  pRank: probability,
  pRankBySeed: z.array(probability),
  pHolm: probability.nullable(),
  pFloor: probability,
  delta: z.number(),
  interval,
  suspectRuns: z.array(runSummary),
  twinRuns: z.array(runSummary),
  missing: z.strictObject({ n: count, missing: count }),
  power: probability,
  minimumDetectableEffect: z.number().nullable(),
  leaveOneOut: z.strictObject({
    suspectRuns: z.boolean(),
    probeClusters: z.boolean(),
    twins: z.boolean(),
  }),
  outcome,
  reason: z.string(),
  annex: z.exactOptional(annex),
  caveat: z.exactOptional(z.string()),
  pSequential: z.exactOptional(probability),
  swappedLabels: z.exactOptional(z.strictObject({ fired: z.array(z.string()), of: count })),
  missingScores: z.exactOptional(z.strictObject({ forU: filledIn, againstU: filledIn }).nullable()),
  wouldChange: z.exactOptional(z.array(z.string())),
  largerDesigns: z.exactOptional(
    z.array(
      z.strictObject({
        twins: count,
        clusters: count,
        minimumDetectableEffect: z.number().nullable(),
      }),
    ),
  ),
});

const gate = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  figure: z.number().nullable(),
  limit: z.number().nullable(),
  detail: z.string(),
});

const lead = z.strictObject({
  rank: z.int().min(1),
  probeId: z.string(),
  cluster: z.string(),
  family: z.string(),
  prompt: z.string(),
  suspectRate: z.number(),
  twinRate: z.number(),
  teacherRate: z.number().nullable(),
  n: count,
});

/** A verdict as `--json` prints it and `--replay` reads it back; unknown keys are refused. */
export const verdictSchema: z.ZodType<Verdict> = z.strictObject({
  study: z.string(),
  outcome,
  headline: z.string(),
  alpha: probability,
  delta: z.number(),
  teacherAudit: z.strictObject({
    passed: z.boolean(),
    p: probability,
    rate: z.number(),
    interval,
    twinRates: z.array(z.number()),
  }),
  families: z.array(family),
  gates: z.array(gate),
  leads: z.array(lead),
  ledgerRoot: z.string(),
  sequential: z.exactOptional(sequentialState),
});
