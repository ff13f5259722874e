import type { KnownAnswers } from './judge-gate.ts';
import type { MissingScoreBounds } from './missing-scores.ts';
import type { SequentialLook } from './sequential/design.ts';
import type { NextIncrement } from './sequential/next-increment.ts';
import type { VarianceComponents } from './variance/components.ts';

/** A score, or the reason there is none. A missing score is never dropped silently. */
export type Score =
  | { readonly status: 'scored'; readonly value: number }
  | { readonly status: 'unscored'; readonly reason: string };

/** All draws of one probe. Probes that ask the same thing in other words share a cluster. */
export interface ProbeScores {
  readonly probeId: string;
  readonly cluster: string;
  /** What was asked, for leads. */
  readonly prompt: string;
  readonly draws: readonly Score[];
}

/** The unit of inference: one audited model (teacher × recipe × base × seed, or a teacher itself). */
export interface RunScores {
  readonly runId: string;
  readonly teacherId: string;
  readonly role: 'suspect' | 'twin' | 'positive-control';
  readonly seed: number;
  readonly probes: readonly ProbeScores[];
}

/** Recipe × prompt set × base × audit, with the runs to be compared. */
export interface FamilyScores {
  readonly name: string;
  readonly primary: boolean;
  readonly suspectRuns: readonly RunScores[];
  readonly twinRuns: readonly RunScores[];
}

/** One measured condition of a valid verdict. `figure` and `limit` are in the same unit. */
export interface Gate {
  readonly name: string;
  readonly ok: boolean;
  readonly figure: number | null;
  readonly limit: number | null;
  /** One sentence: what was measured, with n. */
  readonly detail: string;
}

/** Everything the decision rests on. */
export interface VerdictInput {
  readonly study: string;
  readonly alpha: number;
  /** Smallest Δ worth acting on (δ), a difference of rates. */
  readonly delta: number;
  readonly families: readonly FamilyScores[];
  /** The same audit run on the teachers themselves. */
  readonly teacherAudit: {
    readonly suspect: RunScores;
    readonly twins: readonly RunScores[];
  };
  /** Student of a known-bad organism, scored for its own behaviour against the same twins. */
  readonly positiveControl:
    | { readonly run: RunScores; readonly twins: readonly RunScores[] }
    | undefined;
  /** Gates measured outside the statistics: coherence, truncation, lineage, contamination, … */
  readonly measuredGates: readonly Gate[];
  /** A judge's scores of known answers, per order; left out where scoring is lexical. */
  readonly judge?: readonly KnownAnswers[];
  readonly ledgerRoot: string;
  /** The declared looks and the one these scores belong to; left out in studies with one look. */
  readonly sequential?: SequentialLook;
  /** Seed of the bootstrap, so that a replay gives the same bytes. */
  readonly bootstrapSeed: string;
}

export type Outcome = 'INCRIMINATED' | 'SUGGESTIVE' | 'NO EVIDENCE' | 'INCONCLUSIVE' | 'INVALID';

export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly method: string;
}

export interface RunSummary {
  readonly runId: string;
  readonly teacherId: string;
  readonly seed: number;
  /** Mean over probes of the mean over scored draws. */
  readonly statistic: number;
  /** Draws asked for; of those, `missing` have no score. */
  readonly n: number;
  readonly missing: number;
}

/** Figures beside the decision; nothing here enters the outcome. */
export interface FamilyAnnex {
  /** Benjamini-Hochberg over the exploratory families; null for primary ones. */
  readonly pBenjaminiHochberg: number | null;
  /** As if every missing score spoke for U's innocence: U's taken as 0, the twins' as 1. */
  readonly worstCase: { readonly pRank: number; readonly delta: number };
  /** Registered run against the twins, Beta(1,1) priors, one observation per probe cluster. */
  readonly log10BayesFactor: number;
  /** Sign-flip p that U's students score above U itself on the same probes; null: none shared. */
  readonly pStudentAboveTeacher: number | null;
  /** Westfall-Young adjusted over the primary families, instead of Holm; null for exploratory. */
  readonly pWestfallYoung?: number | null;
  /** Permutation over runs as if every student were independent: ignores the shared teacher. */
  readonly pRunPermutation?: number;
  /** Rank p that U's profile over probe clusters is unlike the twins', in any direction. */
  readonly pProfile?: number;
  readonly components?: VarianceComponents;
  /** Design effect of probes within clusters, among the twins. */
  readonly designEffect?: number;
}

/** The smallest detectable Δ were the study larger, from its variance components. */
export interface LargerDesign {
  readonly twins: number;
  readonly clusters: number;
  readonly minimumDetectableEffect: number | null;
}

export interface FamilyVerdict {
  readonly name: string;
  readonly primary: boolean;
  /** Exact rank p-value of U's registered run among the twins. */
  readonly pRank: number;
  /** Rank p of each of U's runs; the first is the registered one, the rest show robustness. */
  readonly pRankBySeed: readonly number[];
  /** Holm-adjusted over primary families; null for exploratory families. */
  readonly pHolm: number | null;
  /** Smallest p this many twins allow. */
  readonly pFloor: number;
  /** Estimated Δ: suspect runs minus twin runs. */
  readonly delta: number;
  readonly interval: Interval;
  readonly suspectRuns: readonly RunSummary[];
  readonly twinRuns: readonly RunSummary[];
  readonly missing: { readonly n: number; readonly missing: number };
  /** Power of the rank test at δ, and the Δ detected with 80% power (null: none, floor above α). */
  readonly power: number;
  readonly minimumDetectableEffect: number | null;
  readonly leaveOneOut: {
    readonly suspectRuns: boolean;
    readonly probeClusters: boolean;
    readonly twins: boolean;
  };
  readonly outcome: Outcome;
  /** Why this outcome, one sentence for a sceptical reader. */
  readonly reason: string;
  readonly annex?: FamilyAnnex;
  /** What the outcome does not say: the sentence a sceptical reader needs beside it. */
  readonly caveat?: string;
  /** Rank p made valid for stopping at any declared look; only in sequential studies. */
  readonly pSequential?: number;
  /** Twins that would be incriminated in U's place. */
  readonly swappedLabels?: { readonly fired: readonly string[]; readonly of: number };
  /** Bounds with the missing scores filled in at their worst; null: none is missing. */
  readonly missingScores?: MissingScoreBounds | null;
  /** What would have had to be different for another outcome, one sentence each. */
  readonly wouldChange?: readonly string[];
  readonly largerDesigns?: readonly LargerDesign[];
}

/** A prompt worth replaying on U. */
export interface Lead {
  readonly rank: number;
  readonly probeId: string;
  readonly cluster: string;
  readonly family: string;
  readonly prompt: string;
  readonly suspectRate: number;
  readonly twinRate: number;
  readonly teacherRate: number | null;
  readonly n: number;
}

/** Where a sequential study stands. */
export interface SequentialState extends SequentialLook {
  /** Largest raw rank p that meets Holm's first step at each look; 0: the look cannot decide. */
  readonly levels: readonly number[];
  /** Whether the study stops here: decided, invalid, or at its last look. */
  readonly stop: boolean;
  /** What the next look would buy, for the family that decides; null where there is none. */
  readonly next: NextIncrement | null;
  /** Where it stands, in a sentence. */
  readonly detail: string;
}

export interface Verdict {
  readonly study: string;
  readonly outcome: Outcome;
  readonly headline: string;
  readonly alpha: number;
  readonly delta: number;
  readonly teacherAudit: {
    readonly passed: boolean;
    readonly p: number;
    readonly rate: number;
    readonly interval: Interval;
    readonly twinRates: readonly number[];
  };
  readonly families: readonly FamilyVerdict[];
  readonly gates: readonly Gate[];
  readonly leads: readonly Lead[];
  readonly ledgerRoot: string;
  readonly sequential?: SequentialState;
}
