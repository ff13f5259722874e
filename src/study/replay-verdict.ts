import { userError, workError } from '../base/errors.ts';
import { sha256 } from '../base/digest.ts';
import { verifyChain } from '../store/ledger.ts';
import type { Store } from '../store/open-store.ts';
import { decideVerdict } from '../verdict/decide.ts';
import type { Verdict } from '../verdict/types.ts';
import { collectVerdictInput } from './collect-verdict-input.ts';
import { lastVerdict, readManifest, verdictBytes } from './verdict-ledger.ts';

/** A verdict computed again from rows, and whether it is the recorded one to the byte. */
export interface Replay {
  readonly verdict: Verdict;
  readonly digest: string;
  readonly recordedDigest: string;
  readonly identical: boolean;
}

/**
 * Recomputes the last recorded verdict of a study from stored rows: no model, no backend. User
 * error `no-verdict` when none was recorded; work error `ledger-broken` when the chain of events
 * does not hold.
 */
export function replayVerdict(
  store: Pick<Store, 'steps' | 'artifacts' | 'objects' | 'ledger'>,
  study: string,
): Replay {
  const chain = verifyChain(store.ledger.list(study));
  if (!chain.ok) {
    throw workError('ledger-broken', `the ledger of study ${study} does not hold: ${chain.reason}`);
  }
  const recorded = lastVerdict(store, study);
  if (recorded === undefined) {
    throw userError(
      'no-verdict',
      `study ${study} has no verdict in this store`,
      'Run it to the end first: `informant run <study.yaml>`.',
    );
  }
  const manifest = readManifest(store, recorded.manifest);
  const verdict = decideVerdict(collectVerdictInput(manifest, store));
  const digest = sha256(verdictBytes(verdict));
  return {
    verdict,
    digest,
    recordedDigest: recorded.verdict,
    identical: digest === recorded.verdict,
  };
}
