import type { z } from 'zod';
import type { OfflineIndex, offlineWordsSchema } from '../../api/offline.ts';
import type { StudyCard } from '../../api/studies.ts';
import { saidIn } from '../../artifacts/audit-samples.ts';
import { foldedWords } from '../../base/word-search.ts';
import { annotationsOf } from '../../readers/annotations.ts';
import { auditSteps } from '../../readers/audit-steps.ts';
import type { Store } from '../../store/open-store.ts';
import { searchedPart } from '../../store/samples.ts';
import type { StudyRow } from '../../store/studies.ts';
import { lastVerdict } from '../../study/verdict-ledger.ts';
import { armsView, armView } from '../screens/arms.ts';
import { judgesView } from '../screens/judge.ts';
import { leadViews } from '../screens/leads.ts';
import { ledgerView } from '../screens/ledger.ts';
import { pipelineView, stepDetail } from '../screens/pipeline.ts';
import { readSample, type SampleOf } from '../screens/sample.ts';
import { rowOf } from '../screens/samples.ts';
import { studiesView, studyView } from '../screens/studies.ts';
import { verdictView } from '../screens/verdict.ts';
import { type ChunkWriter, createChunkWriter } from './chunks.ts';

/** Samples in one folder; of more, those of the first models of the plan are taken. */
const MAX_SAMPLES = 50_000;
const MAX_STEPS = 5_000;
const MAX_EVENTS = 20_000;
const ROWS_PER_CHUNK = 5_000;
const SAMPLES_PER_CHUNK = 200;
/** A search reads all of them, so they are few. */
const WORDS_PER_CHUNK = 2_000;
const ANSWERS_PER_CHUNK = 100;
const ARMS_PER_CHUNK = 8;
const EVENTS_PER_CHUNK = 500;

/** What became of an export's data. */
export interface WrittenData {
  readonly files: number;
  readonly bytes: number;
  readonly samples: number;
  readonly samplesOf: number;
}

/** Writes everything the page shows of a study below `<dir>/data`. */
export async function writeStudyData(
  store: Store,
  study: StudyRow,
  dir: string,
  now: Date,
): Promise<WrittenData> {
  const writer = createChunkWriter(dir);
  const samples = await writeSamples(store, study, writer);
  const events = writeEvents(store, study, writer);
  const exported = {
    at: now.toISOString(),
    samples: samples.count,
    samplesOf: samples.of,
    eventsLeftOut: events.leftOut,
  };
  const of = `/api/studies/${encodeURIComponent(study.id)}`;
  const answers: [string, unknown][] = [
    ['/api/studies', studiesOf(store, study.id)],
    [of, { ...withoutHolder(studyView(store, study)), exported }],
    [`${of}/arms`, armsView(store, study)],
    [`${of}/judge`, await judgesView(store, study)],
    [`${of}/pipeline`, withoutHolder(pipelineView(store, study.id))],
    [`${of}/ledger`, { ...ledgerView(store, study, { offset: 0, limit: 1 }), events: [] }],
  ];
  if (lastVerdict(store, study.id) !== undefined) {
    const leads = { leads: leadViews(store, study.id), replaying: null, replayError: null };
    answers.push([`${of}/verdict`, verdictView(store, study)], [`${of}/leads`, leads]);
  }
  const index: OfflineIndex = {
    study: study.id,
    answers: {
      ...writeAnswers(writer, 'study', answers, answers.length),
      ...writeAnswers(writer, 'arms', armAnswers(store, study, of), ARMS_PER_CHUNK),
      ...writeAnswers(writer, 'steps', stepAnswers(store, study, of), ANSWERS_PER_CHUNK),
    },
    rows: samples.rows,
    words: samples.words,
    samples: samples.parts,
    events: events.parts,
  };
  return { ...writer.finish(index), samples: samples.count, samplesOf: samples.of };
}

function studiesOf(store: Store, id: string) {
  const { studies, ...rest } = studiesView(store, { readOnly: true, examples: [] });
  // Where the store lies is nobody's business who is handed the folder.
  return {
    ...rest,
    storeDir: '',
    studies: studies.filter((card) => card.id === id).map(withoutHolder),
  };
}

/** Who works on the study: that somebody does, and no more. A command line names folders. */
function withoutHolder<View extends Pick<StudyCard, 'runningIn'>>(view: View): View {
  const { runningIn } = view;
  if (runningIn === null) return view;
  return { ...view, runningIn: { pid: 0, host: '', command: '', since: runningIn.since } };
}

function* armAnswers(store: Store, study: StudyRow, of: string): Iterable<[string, unknown]> {
  const figures = armsView(store, study);
  for (const { slug } of figures.arms) {
    yield [`${of}/arms/${encodeURIComponent(slug)}`, armView(store, study, slug, figures)];
  }
}

function* stepAnswers(store: Store, study: StudyRow, of: string): Iterable<[string, unknown]> {
  const begun = pipelineView(store, study.id).steps.filter(({ attempt }) => attempt > 0);
  for (const step of begun.slice(0, MAX_STEPS)) {
    yield [`${of}/steps/${step.key}`, stepDetail(store, step)];
  }
}

function writeAnswers(
  writer: ChunkWriter,
  name: string,
  answers: Iterable<[string, unknown]>,
  perChunk: number,
): Record<string, string> {
  const where: Record<string, string> = {};
  let chunk: Record<string, unknown> = {};
  let number = 0;
  const flush = (): void => {
    if (Object.keys(chunk).length > 0) writer.add(`${name}-${number++}`, chunk);
    chunk = {};
  };
  for (const [path, answer] of answers) {
    chunk[path] = answer;
    where[path] = `${name}-${number}`;
    if (Object.keys(chunk).length >= perChunk) flush();
  }
  flush();
  return where;
}

function writeEvents(store: Store, study: StudyRow, writer: ChunkWriter) {
  const parts: OfflineIndex['events'] = [];
  let total = 0;
  for (let first = 0; first < MAX_EVENTS; first += EVENTS_PER_CHUNK) {
    const page = ledgerView(store, study, { offset: first, limit: EVENTS_PER_CHUNK });
    total = page.total;
    if (page.events.length === 0) break;
    parts.push({ chunk: writer.add(`events-${parts.length}`, page.events), first });
  }
  return { parts, leftOut: Math.max(0, total - MAX_EVENTS) };
}

async function writeSamples(store: Store, study: StudyRow, writer: ChunkWriter) {
  const steps = auditSteps(store, study);
  const all =
    steps === undefined
      ? []
      : store.listing.ids({ steps: steps.all.map(({ key }) => key) }, 'step', false);
  const ids = all.slice(0, MAX_SAMPLES).toSorted((a, b) => a - b);
  const rows: string[] = [];
  const words: string[] = [];
  const parts: OfflineIndex['samples'] = [];
  if (steps === undefined) return { rows, words, parts, count: 0, of: 0 };
  const annotations = annotationsOf(store, study.id);
  const found = (chunk: readonly number[]): SampleOf[] =>
    store.listing.rows(chunk, steps.otherMetric).flatMap((sample) => {
      const step = steps.byKey.get(sample.stepKey);
      return step === undefined ? [] : [{ sample, step }];
    });
  for (let at = 0; at < ids.length; at += ROWS_PER_CHUNK) {
    const chunk = found(ids.slice(at, at + ROWS_PER_CHUNK)).map(({ sample, step }) => ({
      ...rowOf(sample, step, annotations),
      family: step.model.family,
    }));
    rows.push(writer.add(`rows-${rows.length}`, chunk));
  }
  let said: z.infer<typeof offlineWordsSchema> = [];
  for (let at = 0; at < ids.length; at += SAMPLES_PER_CHUNK) {
    const own = ids.slice(at, at + SAMPLES_PER_CHUNK);
    const chunk = [];
    for (const { sample, step } of found(own)) {
      const view = await readSample(store, steps, annotations, { sample, step });
      chunk.push(view);
      said.push([sample.id, foldedWords(searchedPart(saidIn(view.transcript.nodes)))]);
    }
    parts.push({ chunk: writer.add(`samples-${parts.length}`, chunk), first: own[0] ?? 0 });
    if (said.length < WORDS_PER_CHUNK && at + SAMPLES_PER_CHUNK < ids.length) continue;
    words.push(writer.add(`words-${words.length}`, said));
    said = [];
  }
  return { rows, words, parts, count: ids.length, of: all.length };
}
