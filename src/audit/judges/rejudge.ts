import { z } from 'zod';
import type { AuditSample } from '../../artifacts/audit-samples.ts';
import { straightTranscript } from '../../artifacts/transcript.ts';
import { digestJson } from '../../base/digest.ts';
import type { ItemLog } from '../../base/json-lines.ts';
import { mapLimit } from '../../base/map-limit.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import { UNSCORED } from './calibrate-judge.ts';
import {
  type Behaviour,
  type Judge,
  JUDGED_CLASSES,
  type JudgedClass,
  type Judgement,
} from './judge.ts';

/** A stored transcript judged anew. */
export interface Rejudged {
  readonly sample: AuditSample;
  /** The class its recorded score stands for. */
  readonly recorded: JudgedClass | typeof UNSCORED;
  readonly judgement: Judgement;
}

/**
 * Judges stored transcripts without asking the model again: those that have a score for `metric`.
 * What the log has is not asked again either.
 */
export async function rejudge(
  judge: Judge,
  samples: readonly AuditSample[],
  metric: string,
  behaviour: Behaviour,
  options: {
    readonly log: ItemLog<Judgement>;
    readonly concurrency: number;
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<readonly Rejudged[]> {
  const { log, concurrency, signal, onProgress } = options;
  const scored = samples.filter(({ scores }) => scores[metric] !== undefined);
  let done = 0;
  return mapLimit(scored, concurrency, async (sample) => {
    signal?.throwIfAborted();
    const transcript = straightTranscript(sample.messages);
    const key = digestJson({
      judge: judge.identity,
      behaviour: { ...behaviour },
      nodes: transcript.nodes.map((node) => ({ ...node })),
    });
    const known = log.find(key);
    const judgement =
      known ?? (await judge.score({ transcript, behaviour }, { seed: key, signal }));
    if (known === undefined) log.append(key, judgement);
    onProgress?.(++done, scored.length);
    return { sample, recorded: recordedClass(sample, metric), judgement };
  });
}

/** How often a judge says of transcripts what their recorded scores say. */
export function agreementWithRecord(rejudged: readonly Rejudged[]): Agreement {
  return agreementOf(
    rejudged.map(({ recorded, judgement }) => ({
      truth: recorded,
      given: judgement.status === 'scored' ? judgement.class : UNSCORED,
    })),
  );
}

/** A score without a label counts what a text shows. */
function recordedClass({ scores }: AuditSample, metric: string): Rejudged['recorded'] {
  const score = scores[metric];
  if (score === undefined || score.status === 'unscored') return UNSCORED;
  const label = z.enum(JUDGED_CLASSES).safeParse(score.label);
  if (label.success) return label.data;
  return score.value > 0 ? 'behave' : 'neither';
}
