import type { Exchangeability } from '../../study/exchangeability.ts';
import type { ProfileTable } from '../../readers/profile-rows.ts';
import type { TransferWindow } from '../../readers/transfer-windows.ts';

/** Training loss of one student, in step order. */
export interface LossCurve {
  readonly runId: string;
  readonly family: string;
  readonly role: 'suspect' | 'twin' | 'positive-control';
  readonly points: readonly { readonly step: number; readonly loss: number }[];
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
