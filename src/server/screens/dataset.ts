import { z } from 'zod';
import type { Dataset, DatasetItem, DatasetRow } from '../../api/dataset.ts';
import type { CompletionRow } from '../../artifacts/completions.ts';
import { readPairs } from '../../artifacts/pairs.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';
import { ProblemError } from '../problem.ts';
import { type ArmData, armData } from './arm-data.ts';
import { tokensOf } from './dataset-tokens.ts';

const MAX_PAGE = 200;
const MAX_ROW_CHARACTERS = 600;
const MAX_TEXT_CHARACTERS = 40_000;

/** Which rows of a dataset, in what order. */
export const datasetQuerySchema = z.object({
  q: z.string().max(500).optional(),
  split: z.enum(['train', 'held-out']).optional(),
  state: z.enum(['kept', 'dropped']).optional(),
  sort: z.enum(['index', 'divergence']).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(50),
});

/** Rows of an arm's data, a page at a time. */
export function datasetView(
  store: Store,
  study: StudyRow,
  slug: string,
  query: z.infer<typeof datasetQuerySchema>,
): Dataset {
  const data = armData(store, study, slug);
  const words = query.q?.toLowerCase();
  const chosen = data.rows.filter((row) => {
    if (query.split !== undefined && row.split !== query.split) return false;
    if (query.state !== undefined && data.dropped.has(row.index) !== (query.state === 'dropped')) {
      return false;
    }
    const text = `${promptOf(row)}\n${shownRow(data, row).text}`;
    return words === undefined || text.toLowerCase().includes(words);
  });
  const at = new Map(chosen.map((row) => [row.index, divergenceOf(data, row) ?? 0]));
  const ordered =
    query.sort === 'divergence'
      ? chosen.toSorted((a, b) => (at.get(b.index) ?? 0) - (at.get(a.index) ?? 0))
      : chosen;
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
    rewrittenFrom: data.rewritten.has(index) ? row.text.slice(0, MAX_TEXT_CHARACTERS) : null,
    tokens: await tokensOf(store, study, slug, data, row),
    pair: pair === undefined ? null : { chosen: side(pair.chosen), rejected: side(pair.rejected) },
  };
}

function rowView(data: ArmData, row: CompletionRow, most: number): DatasetRow {
  const { index, promptId, split } = row;
  const { text, stop, ids } = shownRow(data, row);
  return {
    index,
    promptId,
    split,
    stop,
    prompt: promptOf(row).slice(0, most),
    completion: text.slice(0, most),
    tokens: ids.length,
    dropped: data.dropped.get(index) ?? null,
    divergence: divergenceOf(data, row),
  };
}

/** The row as students are shown it. */
function shownRow({ rewritten }: ArmData, row: CompletionRow): CompletionRow {
  return rewritten.get(row.index) ?? row;
}

/** Measured on the teacher's own tokens; null where another model's stand in their place. */
function divergenceOf({ fromBase, rewritten }: ArmData, { index }: CompletionRow): number | null {
  if (rewritten.has(index)) return null;
  return fromBase?.[index]?.divergence_N.reduce((a, b) => a + b, 0) ?? null;
}

function promptOf({ messages }: CompletionRow): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}
