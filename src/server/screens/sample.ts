import { z } from 'zod';
import type { SampleView } from '../../api/samples.ts';
import { messageSchema } from '../../artifacts/message-schema.ts';
import { straightTranscript } from '../../artifacts/transcript.ts';
import type { AuditName } from '../../audit/roster.ts';
import { type Annotations, annotationsOf } from '../../readers/annotations.ts';
import { type AuditStep, type AuditSteps, auditSteps } from '../../readers/audit-steps.ts';
import type { Store } from '../../store/open-store.ts';
import type { SampleSummary } from '../../store/samples.ts';
import type { StudyRow } from '../../store/studies.ts';
import { ProblemError } from '../problem.ts';
import { auditFacts } from './audit-facts.ts';
import { boundedTranscript } from './bounded-transcript.ts';
import { judgementsOf } from './sample-judgements.ts';
import { rowOf, rowsOf } from './samples.ts';

const MAX_COUNTERPARTS = 400;
const MAX_ANNOTATIONS = 200;

/** Audits with probes whose answers are weighed. */
const WEIGHED: ReadonlySet<string> = new Set<AuditName>(['forced-choice', 'stated-belief']);

const scoresSchema = z.record(
  z.string(),
  z.discriminatedUnion('status', [
    z.object({ status: z.literal('scored'), value: z.number(), label: z.string().optional() }),
    z.object({ status: z.literal('unscored'), reason: z.string() }),
  ]),
);

/** A sample with the audit it belongs to. */
export interface SampleOf {
  readonly sample: SampleSummary;
  readonly step: AuditStep;
}

/** One sample with its transcript; 404 `no-such-sample` for those of other studies too. */
export async function sampleView(store: Store, study: StudyRow, id: number): Promise<SampleView> {
  const { sample, steps, step } = findSample(store, study, id);
  const annotations = annotationsOf(store, study.id);
  const view = await readSample(store, steps, annotations, { sample, step });
  return { ...view, counterparts: counterpartsOf(store, steps, step, annotations, sample) };
}

/** A sample without its counterparts, from what was read of the study before. */
export async function readSample(
  store: Store,
  steps: AuditSteps,
  annotations: Annotations,
  { sample, step }: SampleOf,
): Promise<SampleView> {
  const transcript = straightTranscript(
    z.array(messageSchema).parse(store.samples.transcript(sample.id) ?? []),
  );
  const { shown, cut } = boundedTranscript(transcript);
  return {
    row: rowOf(sample, step, annotations),
    cluster: sample.cluster,
    stepKey: sample.stepKey,
    transcript: shown,
    cut,
    options: optionsOf(store, sample),
    scores: scoresSchema.parse(sample.scores),
    counterparts: [],
    judgements: await judgementsOf(store, steps.design, { sample, step }, transcript),
    annotations: annotations.of(sample).slice(-MAX_ANNOTATIONS),
  };
}

/** The row of a sample that belongs to the study. */
export function findSample(store: Store, study: StudyRow, id: number) {
  const steps = auditSteps(store, study);
  const [sample] = store.listing.rows([id], steps?.otherMetric);
  const step = sample && steps?.byKey.get(sample.stepKey);
  if (sample === undefined || steps === undefined || step === undefined) throw noSuchSample();
  return { sample, steps, step };
}

function noSuchSample(): ProblemError {
  return new ProblemError(404, 'no-such-sample', 'The study has no such sample.');
}

/** Only audits that weigh answers have options, and only their artifacts keep them. */
function optionsOf(store: Store, { stepKey, probeId, draw }: SampleSummary): SampleView['options'] {
  const row = store.steps.find(stepKey);
  const audit = z.string().safeParse(row?.params['audit']).data;
  if (row?.artifact == null || audit === undefined || !WEIGHED.has(audit)) return [];
  return [...auditFacts(store, row.artifact).optionsOf(probeId, draw)];
}

/** The same probe put to all others: U first, then twins, teachers before students. */
function counterpartsOf(
  store: Store,
  steps: AuditSteps,
  own: AuditStep,
  annotations: Annotations,
  { stepKey, probeId, draw }: SampleSummary,
): SampleView['counterparts'] {
  const keys = steps.all
    .filter(
      ({ key, audit, model }) =>
        key !== stepKey && audit === own.audit && model.checkpointOf === null,
    )
    .map(({ key }) => key);
  const ids = store.listing.ids({ steps: keys, probeId, draw }, 'step', false);
  const same = rowsOf(store, steps, annotations, ids.slice(0, MAX_COUNTERPARTS));
  return same.map((row) => ({
    id: row.id,
    arm: row.arm,
    role: row.role,
    kind: row.kind,
    draw: row.draw,
    score: row.score,
    class: row.class,
  }));
}
