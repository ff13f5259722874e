import { readJsonObject } from '../artifacts/read-json-object.ts';
import { userError } from '../base/errors.ts';
import type { Store } from '../store/open-store.ts';
import type { Manifest } from '../study/manifest.ts';
import { lastVerdict, readManifest } from '../study/verdict-ledger.ts';
import type { Verdict } from '../verdict/types.ts';
import { verdictSchema } from '../verdict/verdict-schema.ts';

/** The last recorded verdict of a study with the plan it was reached under. */
export interface FinishedStudy {
  readonly verdict: Verdict;
  readonly manifest: Manifest;
  /** sha256 of the verdict's canonical bytes. */
  readonly verdictDigest: string;
}

/** Reads the recorded verdict; user error `no-verdict` when the study is not finished. */
export function readFinishedStudy(
  store: Pick<Store, 'dir' | 'ledger' | 'objects'>,
  id: string,
  label: string,
): FinishedStudy {
  const recorded = lastVerdict(store, id);
  if (recorded === undefined) {
    throw userError(
      'no-verdict',
      `study ${id} has no verdict in ${store.dir}`,
      `Run it to the end first: informant run ${label}`,
    );
  }
  return {
    verdict: readJsonObject(store.objects, recorded.verdict, verdictSchema),
    manifest: readManifest(store, recorded.manifest),
    verdictDigest: recorded.verdict,
  };
}
