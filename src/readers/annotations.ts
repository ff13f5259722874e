import { z } from 'zod';
import { parseJson } from '../base/json.ts';
import type { Store } from '../store/open-store.ts';
import type { LedgerEvent } from '../store/types.ts';

/** Ledger event that holds what a person said of a sample; no verdict is changed by it. */
const SAMPLE_ANNOTATED = 'sample-annotated';

const dataSchema = z.object({
  /** Ids of rows change when a step is made again; this names the sample whatever happens. */
  sample: z.object({ step: z.string(), probe: z.string(), draw: z.int() }),
  kind: z.enum(['note', 'invalidated', 'restored']),
  reason: z.string(),
});

/** A sample by what it is. */
export interface SampleName {
  readonly stepKey: string;
  readonly probeId: string;
  readonly draw: number;
}

/** What a person said of a sample. */
export interface Annotation {
  readonly seq: number;
  readonly time: string;
  readonly kind: z.infer<typeof dataSchema>['kind'];
  readonly reason: string;
}

/** Everything that was said of the samples of a study. */
export interface Annotations {
  of(sample: SampleName): readonly Annotation[];
  /** Samples that somebody said something of. */
  readonly annotated: readonly SampleName[];
  /** Samples that are invalidated as it stands, with the event that did it. */
  readonly invalidated: readonly (SampleName & { readonly seq: number })[];
}

/** Reads the annotations of a study from its ledger. */
export function annotationsOf(store: Pick<Store, 'ledger'>, study: string): Annotations {
  const found = new Map<string, { sample: SampleName; said: Annotation[] }>();
  for (const event of store.ledger.ofType(study, SAMPLE_ANNOTATED)) {
    const parsed = dataSchema.safeParse(event.data);
    if (!parsed.success) continue;
    const { sample, kind, reason } = parsed.data;
    const name = { stepKey: sample.step, probeId: sample.probe, draw: sample.draw };
    const entry = found.get(keyOf(name)) ?? { sample: name, said: [] };
    entry.said.push({ seq: event.seq, time: event.time, kind, reason });
    found.set(keyOf(name), entry);
  }
  const entries = [...found.values()];
  return {
    of: (sample) => found.get(keyOf(sample))?.said ?? [],
    annotated: entries.map(({ sample }) => sample),
    invalidated: entries.flatMap(({ sample, said }) => {
      const last = said.findLast(({ kind }) => kind !== 'note');
      return last?.kind === 'invalidated' ? [{ ...sample, seq: last.seq }] : [];
    }),
  };
}

/** Records what a person says of a sample. */
export function annotate(
  store: Pick<Store, 'ledger'>,
  study: string,
  { stepKey, probeId, draw }: SampleName,
  said: Pick<Annotation, 'kind' | 'reason'>,
): LedgerEvent {
  const data = { sample: { step: stepKey, probe: probeId, draw }, ...said };
  // Typed text may hold lone surrogates, which canonical JSON refuses.
  const safe = { ...data, reason: said.reason.toWellFormed() };
  return store.ledger.append(study, SAMPLE_ANNOTATED, parseJson(JSON.stringify(safe)));
}

function keyOf({ stepKey, probeId, draw }: SampleName): string {
  return `${stepKey} ${draw} ${probeId}`;
}
