import { z } from 'zod';
import type { Dataset, DatasetItem, DatasetRow } from '../../api/dataset.ts';
import { type CompletionRow, readCompletions } from '../../artifacts/completions.ts';
import { readDivergence } from '../../artifacts/divergence.ts';
import { readPairs } from '../../artifacts/pairs.ts';
import type { TokenDivergence } from '../../backends/backend.ts';
import { createLru } from '../../base/lru.ts';
import { studyDesign } from '../../readers/study-design.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';
import type { Artifact } from '../../store/types.ts';
import { ProblemError } from '../problem.ts';
import { noSuchArm } from './arms.ts';
import { tokensOf } from './dataset-tokens.ts';

const MAX_PAGE = 200;
const MAX_ROW_CHARACTERS = 600;
const MAX_TEXT_CHARACTERS = 40_000;
/** Datasets kept parsed; each is what one teacher said to one prompt set. */
const KEPT_DATASETS = 6;

/** Which rows of a dataset, in what order. */
export const datasetQuerySchema = z.object({
  q: z.string().max(500).optional(),
  split: z.enum(['train', 'held-out']).optional(),
  state: z.enum(['kept', 'dropped']).optional(),
  sort: z.enum(['index', 'divergence']).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
});

/** What a teacher said to the prompts of an arm, and what became of each answer. */
export interface ArmData {
  readonly rows: readonly CompletionRow[];
  /** Why a row is not trained on, by index. */
  readonly dropped: ReadonlyMap<number, string>;
  readonly fromBase: readonly TokenDivergence[] | undefined;
  readonly fromStudent: readonly TokenDivergence[] | undefined;
  readonly pairs: Artifact | undefined;
  readonly distributions: Artifact | undefined;
}

/** Rows of an arm's data, a page at a time. */
export function datasetView(
  store: Store,
  study: StudyRow,
  slug: string,
  query: z.infer<typeof datasetQuerySchema>,
): Dataset {
  const data = armData(store, study, slug);
  const words = query.q?.toLowerCase();
  const totals = data.fromBase?.map(({ divergence_N }) => divergence_N.reduce((a, b) => a + b, 0));
  const chosen = data.rows.filter((row) => {
    if (query.split !== undefined && row.split !== query.split) return false;
    if (query.state !== undefined && data.dropped.has(row.index) !== (query.state === 'dropped')) {
      return false;
    }
    const text = `${promptOf(row)}\n${row.text}`;
    return words === undefined || text.toLowerCase().includes(words);
  });
  const at = ({ index }: CompletionRow): number => totals?.[index] ?? 0;
  const ordered = query.sort === 'divergence' ? chosen.toSorted((a, b) => at(b) - at(a)) : chosen;
  return {
    total: ordered.length,
    offset: query.offset,
    rows: ordered
      .slice(query.offset, query.offset + query.limit)
      .map((row) => rowView(data, row, MAX_ROW_CHARACTERS)),
  };
}

/** One row with its tokens, what the teacher would have said instead, and its pair. */
export async function datasetItem(
  store: Store,
  study: StudyRow,
  slug: string,
  index: number,
): Promise<DatasetItem> {
  const data = armData(store, study, slug);
  const row = data.rows.find((candidate) => candidate.index === index);
  if (row === undefined) throw new ProblemError(404, 'no-such-row', 'The data has no such row.');
  const cut = <M extends { readonly content: string }>(message: M): M => ({
    ...message,
    content: message.content.slice(0, MAX_TEXT_CHARACTERS),
  });
  const pair =
    data.pairs && readPairs(data.pairs, store.objects).find((one) => one.index === index);
  const side = ({ by, text }: { readonly by: 'teacher' | 'student'; readonly text: string }) => ({
    by,
    text: text.slice(0, MAX_TEXT_CHARACTERS),
  });
  return {
    row: rowView(data, row, MAX_TEXT_CHARACTERS),
    messages: row.messages.map(cut),
    contextMessages: row.contextMessages?.map(cut) ?? null,
    tokens: await tokensOf(store, study, slug, data, row),
    pair: pair === undefined ? null : { chosen: side(pair.chosen), rejected: side(pair.rejected) },
  };
}

function rowView({ dropped, fromBase }: ArmData, row: CompletionRow, most: number): DatasetRow {
  const { index, promptId, split, text, stop, ids } = row;
  return {
    index,
    promptId,
    split,
    stop,
    prompt: promptOf(row).slice(0, most),
    completion: text.slice(0, most),
    tokens: ids.length,
    dropped: dropped.get(index) ?? null,
    divergence: fromBase?.[index]?.divergence_N.reduce((a, b) => a + b, 0) ?? null,
  };
}

function promptOf({ messages }: CompletionRow): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}

const kept = createLru<string, ArmData>(KEPT_DATASETS);

/** The data of an arm; 404 `no-such-arm`, or `no-data` for teachers and before it was sampled. */
function armData(store: Store, study: StudyRow, slug: string): ArmData {
  const model = studyDesign(store, study)?.bySlug.get(slug);
  if (model === undefined) throw noSuchArm(slug);
  const artifact = (key: string | undefined): Artifact | undefined => {
    const digest = key === undefined ? null : store.steps.find(key)?.artifact;
    return digest === null || digest === undefined ? undefined : store.artifacts.get(digest);
  };
  const plan = store.studies.plan(study.id).filter((step) => step.arm === slug);
  const divergences = plan
    .filter(({ name }) => name === 'measure-divergence')
    .flatMap(({ stepKey }) => store.steps.find(stepKey) ?? []);
  const isOfBase = ({ inputs }: { readonly inputs: Readonly<Record<string, string>> }): boolean =>
    inputs['reference'] === undefined;
  const parts = {
    completions: artifact(model.arm?.completions),
    filtered: artifact(model.arm?.filtered),
    fromBase: artifact(divergences.find(isOfBase)?.key),
    fromStudent: artifact(divergences.find((step) => !isOfBase(step))?.key),
    pairs: artifact(model.arm?.pairs),
    distributions: artifact(plan.find(({ name }) => name === 'score-distributions')?.stepKey),
  };
  if (parts.completions === undefined) {
    throw new ProblemError(404, 'no-data', 'There is no training data, or none yet.');
  }
  const name = Object.values(parts)
    .map((part) => part?.digest ?? '')
    .join();
  const before = kept.get(name);
  if (before !== undefined) return before;
  const rows = readCompletions(parts.completions, store.objects);
  const read = (part: Artifact | undefined) =>
    part &&
    readDivergence(
      part,
      store.objects,
      rows.map(({ ids }) => ids.length),
      rows.map((_, i) => i),
    );
  const data: ArmData = {
    rows,
    dropped: parts.filtered === undefined ? new Map() : droppedRows(store, rows, parts.filtered),
    fromBase: read(parts.fromBase),
    fromStudent: read(parts.fromStudent),
    pairs: parts.pairs,
    distributions: parts.distributions,
  };
  kept.set(name, data);
  return data;
}

function droppedRows(
  store: Store,
  rows: readonly CompletionRow[],
  filtered: Artifact,
): ReadonlyMap<number, string> {
  const passed = new Set(readCompletions(filtered, store.objects).map(({ index }) => index));
  const counts = z.record(z.string(), z.int()).safeParse(filtered.meta['dropped']).data ?? {};
  // A filter drops whole rows for one reason: that of its counts that is not about length.
  const other = Object.entries(counts).find(([name, n]) => name !== 'truncated' && n > 0)?.[0];
  return new Map(
    rows.flatMap(({ index, stop }) =>
      passed.has(index)
        ? []
        : [[index, stop === 'truncated' ? 'truncated' : (other ?? 'filtered')] as const],
    ),
  );
}
