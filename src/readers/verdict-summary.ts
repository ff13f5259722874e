import { z } from 'zod';
import { outcomeSchema } from '../api/studies.ts';
import { readJsonObject } from '../artifacts/read-json-object.ts';
import { createLru } from '../base/lru.ts';
import type { Store } from '../store/open-store.ts';
import { lastVerdict } from '../study/verdict-ledger.ts';

/** What lists say of a verdict. */
export type VerdictSummary = z.infer<typeof summarySchema>;

const summarySchema = z.object({ outcome: outcomeSchema, headline: z.string() });
const KEPT = 1_000;
/** By digest of the verdict: what has a digest never changes, whoever writes to the store. */
const known = createLru<string, VerdictSummary>(KEPT);

/** Outcome and headline of the last verdict of a study, read once per verdict; null before one. */
export function verdictSummary(
  store: Pick<Store, 'ledger' | 'objects'>,
  id: string,
): VerdictSummary | null {
  const digest = lastVerdict(store, id)?.verdict;
  if (digest === undefined) return null;
  return known.getOrMake(digest, () => readJsonObject(store.objects, digest, summarySchema));
}
