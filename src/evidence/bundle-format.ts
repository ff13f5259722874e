import { z } from 'zod';

/**
 * A bundle is a tar archive (see `writeTar`) of everything a verdict rests on:
 *
 * - `bundle.json`: this index, canonical JSON; its sha256 is the root of the bundle;
 * - `study.yaml`, `manifest.json` (the plan), `verdict.json`;
 * - `ledger.jsonl`: one event a line; `steps.jsonl`: one step a line, with its key and its artifact;
 * - `objects/<sha256>`: artifacts and their files (prompts, completions, transcripts with scores);
 *   weights and distributions only when asked for, otherwise their digests stand in the artifacts;
 * - `signature.json`, when signed; `ROOT`: the root, to be compared with one known from elsewhere.
 */
export const MEMBER = {
  index: 'bundle.json',
  study: 'study.yaml',
  manifest: 'manifest.json',
  verdict: 'verdict.json',
  ledger: 'ledger.jsonl',
  steps: 'steps.jsonl',
  signature: 'signature.json',
  root: 'ROOT',
} as const;

/** Name of the member that holds an object. */
export function objectMember(digest: string): string {
  return `objects/${digest}`;
}

const digest = z.string().regex(/^[0-9a-f]{64}$/u);

/** `bundle.json`. */
export const indexSchema = z.strictObject({
  format: z.literal(1),
  study: z.string(),
  /** Version of the package that wrote it. */
  informant: z.string(),
  /** Hash of the ledger's last event. */
  ledgerHead: digest,
  /** Whether weights and distributions are in the bundle. */
  weights: z.enum(['included', 'by digest']),
  /** Every other member but ROOT and the signature, in order. */
  members: z.array(z.strictObject({ name: z.string(), bytes: z.int().min(0), sha256: digest })),
});

export type BundleIndex = z.infer<typeof indexSchema>;

/** A line of `steps.jsonl`: the description that its key is the sha256 of, and what it made. */
export const bundledStepSchema = z.strictObject({
  key: digest,
  name: z.string(),
  version: z.int(),
  stage: z.string(),
  title: z.string(),
  params: z.record(z.string(), z.json()),
  inputs: z.record(z.string(), digest),
  backend: z.json(),
  /** Digests of the artifacts it read, by input. */
  consumed: z.record(z.string(), digest),
  artifact: digest,
});

export type BundledStep = z.infer<typeof bundledStepSchema>;

/** A line of `ledger.jsonl`. */
export const bundledEventSchema = z.strictObject({
  seq: z.int(),
  study: z.string(),
  time: z.string(),
  type: z.string(),
  data: z.json(),
  previousHash: z.string(),
  hash: z.string(),
});

/** Whether a file of an artifact may stand in a bundle by its digest alone. */
export function isHeavy(kind: string, file: string): boolean {
  return kind === 'distributions' || (kind === 'model-delta' && file !== 'losses');
}
