import type { SampleView } from '../../api/samples.ts';
import { readAuditSamples } from '../../artifacts/audit-samples.ts';
import type { Transcript } from '../../artifacts/transcript.ts';
import { readJudgements } from '../../audit/judges/judge-audit.ts';
import { namedBehaviour, type SampleJudgements } from '../../audit/judges/judged-scores.ts';
import { lexicalJudge } from '../../audit/judges/lexical-judge.ts';
import { createLru } from '../../base/lru.ts';
import { headlineMetric, type StudyDesign } from '../../readers/study-design.ts';
import type { AuditStep } from '../../readers/audit-steps.ts';
import type { Store } from '../../store/open-store.ts';
import type { SampleSummary } from '../../store/samples.ts';
import { judgementView } from './judgement-view.ts';
import { modelJudgeName } from './model-judge-name.ts';

type Views = SampleView['judgements'];

/**
 * What judges make of a sample: the model whose scores stand, where the study names one, for every
 * behaviour it was asked about, the headline's first; then words alone.
 */
export async function judgementsOf(
  store: Store,
  design: StudyDesign,
  { sample, step }: { readonly sample: SampleSummary; readonly step: AuditStep },
  transcript: Transcript,
): Promise<Views> {
  const headline = headlineMetric(design, step.audit, step.model.role);
  const given = Object.entries(modelJudgements(store, sample)).toSorted(
    ([a], [b]) => Number(b === headline) - Number(a === headline),
  );
  const name = modelJudgeName(design.spec.judge) ?? 'a model';
  const views = given.map(([behaviour, judgement]) => judgementView(name, judgement, behaviour));
  if (headline === undefined) return views;
  const subject = { transcript, behaviour: namedBehaviour(headline) };
  const lexical = await lexicalJudge.score(subject, { seed: 'page' });
  return [...views, judgementView(lexicalJudge.name, lexical, headline)];
}

/** Judgements kept, over all audits that were looked at. */
const MAX_KEPT = 50_000;

/** By digest of the artifact, whose content never changes. */
const known = createLru<string, ReadonlyMap<string, SampleJudgements>>(
  MAX_KEPT,
  ({ size }) => size + 1,
);

/** What the model judged; nothing where rules scored the audit. */
function modelJudgements(store: Store, sample: SampleSummary): SampleJudgements {
  const digest = store.steps.find(sample.stepKey)?.artifact;
  if (digest == null) return {};
  const judged = known.getOrMake(digest, () => readJudged(store, digest));
  return judged.get(nameOf(sample)) ?? {};
}

function readJudged(store: Store, digest: string): ReadonlyMap<string, SampleJudgements> {
  const artifact = store.artifacts.get(digest);
  if (artifact.files['judgements'] === undefined) return new Map();
  const judgements = readJudgements(artifact, store.objects);
  const samples = readAuditSamples(artifact, store.objects);
  return new Map(samples.map((sample, i) => [nameOf(sample), judgements[i] ?? {}]));
}

function nameOf({ probeId, draw }: { readonly probeId: string; readonly draw: number }): string {
  return `${draw} ${probeId}`;
}
