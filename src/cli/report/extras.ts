import type { Exchangeability } from '../../study/exchangeability.ts';
import type { TransferWindow } from '../transfer-windows.ts';

/** Training loss of one student, in step order. */
export interface LossCurve {
  readonly runId: string;
  readonly family: string;
  readonly role: 'suspect' | 'twin' | 'positive-control';
  readonly points: readonly { readonly step: number; readonly loss: number }[];
}

/** Rates of one group of models: a teacher role, or a role's students in one family. */
export interface ProfileRow {
  readonly label: string;
  /** How many models are pooled. */
  readonly models: number;
  /** Rates 0 to 1 in the order of `ProfileTable.columns`; null where nothing was measured. */
  readonly rates: readonly (number | null)[];
}

/** What every kind of model did in every audit. */
export interface ProfileTable {
  readonly columns: readonly string[];
  readonly rows: readonly ProfileRow[];
  /** Counts of answers by class, pooled as above. */
  readonly classes: readonly ClassRow[];
}

/** Classes of the answers of one group of models to one audit. */
export interface ClassRow {
  readonly label: string;
  readonly audit: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** What one model could evade audits with, each figure as text; what was not measured is a dash. */
export interface AuditabilityTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What distillation did to each student of U. */
  readonly sentences: readonly string[];
}

/** What a report tells beyond its verdict. Every text is treated as untrusted. */
export interface ReportExtras {
  /** Digest of the study's meaning, as in the preregistration. */
  readonly studyDigest: string;
  /** How the study was named on the command line, for the commands a reader may type. */
  readonly studyFile: string;
  readonly toolVersion: string;
  readonly curves: readonly LossCurve[];
  readonly profiles?: ProfileTable;
  readonly auditability?: AuditabilityTable;
  /** Families whose students were audited along their training. */
  readonly transfer?: readonly TransferWindow[];
  /** Where U is a model of the user's own. */
  readonly exchangeability?: Exchangeability;
  readonly description?: string;
  /** Further facts for the provenance list: label and value. */
  readonly provenance?: readonly (readonly [string, string])[];
}
