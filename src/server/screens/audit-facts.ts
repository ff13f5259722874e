import {
  type AuditSample,
  readAuditSamples,
  type ScoredOption,
} from '../../artifacts/audit-samples.ts';
import { createLru } from '../../base/lru.ts';
import type { Store } from '../../store/open-store.ts';
import { coherence, type Share, truncation } from '../../study/sample-rates.ts';

/** What screens ask of the samples of an audit again and again. */
export interface AuditFacts {
  readonly coherent: Share;
  readonly truncated: Share;
  /** Answers that were weighed. */
  optionsOf(probeId: string, draw: number): readonly ScoredOption[];
}

/** Audits and samples with options kept in all; a study has a few audits for each of its models. */
const MAX_KEPT = 50_000;

interface KeptFacts extends AuditFacts {
  readonly size: number;
}

/** By digest: what an artifact holds never changes. */
const kept = createLru<string, KeptFacts>(MAX_KEPT, ({ size }) => size);

/** Facts of a finished audit; its samples are read once for many questions. */
export function auditFacts(
  store: Pick<Store, 'artifacts' | 'objects'>,
  digest: string,
): AuditFacts {
  return kept.getOrMake(digest, () =>
    factsOf(readAuditSamples(store.artifacts.get(digest), store.objects)),
  );
}

/** Facts of samples, of an audit under way for one. */
export function factsOf(samples: readonly AuditSample[]): KeptFacts {
  const weighed = new Map(
    samples.flatMap(({ probeId, draw, options = [] }) =>
      options.length === 0 ? [] : [[nameOf(probeId, draw), options] as const],
    ),
  );
  return {
    coherent: coherence(samples),
    truncated: truncation(samples),
    optionsOf: (probeId, draw) => weighed.get(nameOf(probeId, draw)) ?? [],
    size: 1 + weighed.size,
  };
}

function nameOf(probeId: string, draw: number): string {
  return `${draw} ${probeId}`;
}
