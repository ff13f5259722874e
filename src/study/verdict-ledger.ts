import { z } from 'zod';
import { readJsonObject } from '../artifacts/read-json-object.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { workError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import type { Store } from '../store/open-store.ts';
import type { Verdict } from '../verdict/types.ts';
import { type Manifest, manifestSchema } from './manifest.ts';

/** Ledger event that records a verdict. */
export const VERDICT = 'verdict';

const dataSchema = z.object({ verdict: z.string(), manifest: z.string(), outcome: z.string() });

/** A verdict as the ledger knows it: digests of the stored verdict and manifest. */
export interface RecordedVerdict {
  readonly verdict: string;
  readonly manifest: string;
  readonly outcome: string;
}

/** Canonical bytes of a verdict: equal verdicts have equal bytes. */
export function verdictBytes(verdict: Verdict): string {
  return canonicalJson(parseJson(JSON.stringify(verdict)));
}

/** Stores a manifest; returns its digest. */
export function storeManifest(store: Pick<Store, 'objects'>, manifest: Manifest): string {
  return store.objects.put(canonicalJson(parseJson(JSON.stringify(manifest))));
}

/** Reads a stored manifest. */
export function readManifest(store: Pick<Store, 'objects'>, digest: string): Manifest {
  return readJsonObject(store.objects, digest, manifestSchema);
}

/** Records a verdict unless the last one recorded is the same. */
export function recordVerdict(
  store: Pick<Store, 'objects' | 'ledger' | 'transaction'>,
  verdict: Verdict,
  manifestDigest: string,
): RecordedVerdict {
  const recorded = {
    verdict: store.objects.put(verdictBytes(verdict)),
    manifest: manifestDigest,
    outcome: verdict.outcome,
  };
  store.transaction(() => {
    const last = lastVerdict(store, verdict.study);
    if (last?.verdict === recorded.verdict && last.manifest === recorded.manifest) return;
    store.ledger.append(verdict.study, VERDICT, recorded);
  });
  return recorded;
}

/** Ledger event of a look that did not end a sequential study. */
const LOOK = 'look';

const lookSchema = z.object({ look: z.int(), verdict: z.string(), manifest: z.string() });

/** Records an interim look unless it is in the ledger already. */
export function recordLook(
  store: Pick<Store, 'objects' | 'ledger' | 'transaction'>,
  verdict: Verdict,
  look: number,
  manifestDigest: string,
): void {
  const recorded = {
    look,
    verdict: store.objects.put(verdictBytes(verdict)),
    manifest: manifestDigest,
    outcome: verdict.outcome,
  };
  store.transaction(() => {
    const known = store.ledger
      .list(verdict.study)
      .some(({ type, data }) => type === LOOK && lookOf(data)?.verdict === recorded.verdict);
    if (!known) store.ledger.append(verdict.study, LOOK, recorded);
  });
}

/** Digest of the verdict at the last recorded look, interim or final; undefined before the first. */
export function lastLook(store: Pick<Store, 'ledger'>, study: string): string | undefined {
  const interim = store.ledger.ofType(study, LOOK).at(-1);
  return lastVerdict(store, study)?.verdict ?? (interim && lookOf(interim.data)?.verdict);
}

function lookOf(data: unknown): z.infer<typeof lookSchema> | undefined {
  return lookSchema.safeParse(data).data;
}

/** The last verdict recorded for a study. */
export function lastVerdict(
  store: { readonly ledger: Pick<Store['ledger'], 'ofType'> },
  study: string,
): RecordedVerdict | undefined {
  const event = store.ledger.ofType(study, VERDICT).at(-1);
  if (event === undefined) return undefined;
  const parsed = dataSchema.safeParse(event.data);
  if (!parsed.success) {
    throw workError('ledger-malformed', `event ${event.seq} of study ${study} is no verdict`);
  }
  return parsed.data;
}
