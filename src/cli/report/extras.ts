/** Training loss of one student, in step order. */
export interface LossCurve {
  readonly runId: string;
  readonly family: string;
  readonly role: 'suspect' | 'twin' | 'positive-control';
  readonly points: readonly { readonly step: number; readonly loss: number }[];
}

/** What a report tells beyond its verdict. Every text is treated as untrusted. */
export interface ReportExtras {
  /** Digest of the study's meaning, as in the preregistration. */
  readonly studyDigest: string;
  /** How the study was named on the command line, for the commands a reader may type. */
  readonly studyFile: string;
  readonly toolVersion: string;
  readonly curves: readonly LossCurve[];
  readonly description?: string;
  /** Further facts for the provenance list: label and value. */
  readonly provenance?: readonly (readonly [string, string])[];
}
