import type { z } from 'zod';
import type { Problem } from '../../api/actions.ts';
import { type LedgerView, ledgerEventSchema } from '../../api/ledger.ts';
import {
  offlineAnswersSchema,
  type OfflineIndex,
  type OfflineRow,
  offlineRowsSchema,
  offlineSamplesSchema,
  offlineWordsSchema,
} from '../../api/offline.ts';
import { type SampleQuery, sampleQuerySchema, type SampleView } from '../../api/samples.ts';
import { wordMatcher } from '../../base/word-search.ts';
import { createOnce } from './once.ts';
import { studyPath } from './paths.ts';
import { counterpartsOf, selectRows, snapshotOf } from './offline-samples.ts';

/** What an exported folder answers in place of a server. */
export type OfflineAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly status: number; readonly problem: Problem };

/** Answers of an exported folder; undefined where the page has a server. */
export interface OfflineStore {
  answer(path: string, method: string | undefined): Promise<OfflineAnswer>;
}

/** Snapshots kept, by the query they are named after. */
const KEPT_SNAPSHOTS = 8;

/** A store over chunks, wherever they come from. */
export function openOfflineStore(
  index: OfflineIndex,
  load: (chunk: string) => Promise<unknown>,
): OfflineStore {
  const of = studyPath(index.study);
  const loaded = createOnce<unknown>();
  const chunk = async <T>(name: string, schema: z.ZodType<T>): Promise<T> =>
    schema.parse(await loaded(name, () => load(name)));
  const joined = createOnce<readonly OfflineRow[]>();
  const allRows = (): Promise<readonly OfflineRow[]> =>
    joined('rows', async () => {
      const parts = await Promise.all(index.rows.map((name) => chunk(name, offlineRowsSchema)));
      return parts.flat();
    });
  const saidOnce = createOnce<ReadonlyMap<number, string>>();
  const allSaid = (): Promise<ReadonlyMap<number, string>> =>
    saidOnce('words', async () => {
      const parts = await Promise.all(index.words.map((name) => chunk(name, offlineWordsSchema)));
      return new Map(parts.flat());
    });
  const wordsOf = async ({ q = '' }: SampleQuery): Promise<(id: number) => boolean> => {
    if (q.trim() === '') return () => true;
    const said = await allSaid();
    const matches = wordMatcher(q);
    return (id) => matches(said.get(id) ?? '');
  };
  const snapshots = new Map<string, readonly OfflineRow[]>();
  const select = async (query: SampleQuery): Promise<readonly OfflineRow[]> => {
    const name = JSON.stringify(query);
    const selected =
      snapshots.get(name) ?? selectRows(await allRows(), query, await wordsOf(query));
    snapshots.delete(name);
    snapshots.set(name, selected);
    for (const oldest of snapshots.keys()) {
      if (snapshots.size > KEPT_SNAPSHOTS) snapshots.delete(oldest);
    }
    return selected;
  };
  const sample = async (id: number): Promise<OfflineAnswer> => {
    const part = index.samples.findLast(({ first }) => first <= id);
    const found =
      part && (await chunk(part.chunk, offlineSamplesSchema)).find(({ row }) => row.id === id);
    if (found === undefined) return notExported();
    const view: SampleView = { ...found, counterparts: counterpartsOf(await allRows(), found.row) };
    return { ok: true, body: view };
  };
  const ledger = async (url: URL): Promise<OfflineAnswer> => {
    const head = await answerOf(url.pathname);
    if (!head.ok) return head;
    const parts = await Promise.all(
      index.events.map((part) => chunk(part.chunk, ledgerEventSchema.array())),
    );
    const type = url.searchParams.get('type');
    const events = parts.flat().filter((event) => type === null || event.type === type);
    const { offset, limit } = sliceOf(url);
    const shown: Pick<LedgerView, 'total' | 'offset' | 'events'> = {
      total: events.length,
      offset,
      events: events.slice(offset, offset + limit),
    };
    return { ok: true, body: { ...Object(head.body), ...shown } };
  };
  const answerOf = async (path: string): Promise<OfflineAnswer> => {
    const name = index.answers[path];
    if (name === undefined) return EARLY.has(path.slice(of.length)) ? noVerdict() : notExported();
    return { ok: true, body: (await chunk(name, offlineAnswersSchema))[path] };
  };
  return {
    answer: async (path, method) => {
      if (method !== undefined && method !== 'GET') return readOnly();
      const url = new URL(path, 'http://offline');
      const below = url.pathname.startsWith(of) ? url.pathname.slice(of.length) : '';
      if (below === '/samples') {
        const query = sampleQuerySchema.parse(Object.fromEntries(url.searchParams));
        const snapshot = JSON.stringify(query);
        return { ok: true, body: snapshotOf(snapshot, await select(query)) };
      }
      if (below.startsWith('/samples/')) {
        const name = decodeURIComponent(below.slice('/samples/'.length));
        const selected = await select(sampleQuerySchema.parse(JSON.parse(name)));
        const { offset, limit } = sliceOf(url);
        return { ok: true, body: { offset, rows: selected.slice(offset, offset + limit) } };
      }
      if (below.startsWith('/sample/')) return sample(Number(below.slice('/sample/'.length)));
      if (below === '/ledger') return ledger(url);
      return answerOf(url.pathname);
    },
  };
}

function sliceOf(url: URL): { readonly offset: number; readonly limit: number } {
  const whole = (name: string, otherwise: number): number => {
    const value = Number(url.searchParams.get(name) ?? otherwise);
    return Number.isInteger(value) && value >= 0 ? value : otherwise;
  };
  return { offset: whole('offset', 0), limit: whole('limit', 100) };
}

function notExported(): OfflineAnswer {
  const message = 'This is not in the exported folder.';
  const hint = 'Look at it in the store itself, with `informant serve`.';
  return { ok: false, status: 404, problem: { code: 'not-exported', message, hint } };
}

/** What there is from the verdict on. */
const EARLY: ReadonlySet<string> = new Set(['/verdict', '/leads']);

function noVerdict(): OfflineAnswer {
  const message = 'The study had no verdict when it was exported.';
  return { ok: false, status: 404, problem: { code: 'no-verdict', message } };
}

function readOnly(): OfflineAnswer {
  const message = 'An exported folder can only be read.';
  return { ok: false, status: 409, problem: { code: 'read-only', message } };
}
