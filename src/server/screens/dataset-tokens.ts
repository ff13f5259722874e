import { dirname } from 'node:path';
import type { DatasetItem } from '../../api/dataset.ts';
import type { CompletionRow } from '../../artifacts/completions.ts';
import { decodeTopK, gatherTopK } from '../../artifacts/distributions.ts';
import { SCORE_BATCH } from '../../artifacts/score-top-k.ts';
import type { TopKScores } from '../../backends/backend.ts';
import { AppError } from '../../base/errors.ts';
import { createLru } from '../../base/lru.ts';
import { openTokenizer } from '../../model/open-tokenizer.ts';
import type { Tokenizer } from '../../model/types.ts';
import { type StudyDesign, studyDesign } from '../../readers/study-design.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';
import { modelPath } from '../../study/study-models.ts';
import type { ArmData } from './arm-data.ts';

/** Tokens in one answer, and alternatives shown of each. */
const MAX_TOKENS = 2_000;
const SHOWN_ALTERNATIVES = 12;
const KEPT_TOKENIZERS = 4;

/**
 * Tokens of a completion with what the teacher thought of each; of a rewritten one the tokens alone,
 * since nobody scored them. Empty where the tokenizer is no longer where the study file says.
 */
export async function tokensOf(
  store: Store,
  study: StudyRow,
  slug: string,
  data: ArmData,
  row: CompletionRow,
): Promise<DatasetItem['tokens']> {
  const design = studyDesign(store, study);
  const rewritten = data.rewritten.get(row.index);
  const tokenizer =
    design && (await tokenizerAt(store, authorPath(design, slug, rewritten !== undefined)));
  if (tokenizer === undefined) return [];
  if (rewritten !== undefined) {
    return rewritten.ids.slice(0, MAX_TOKENS).map((id) => ({
      text: tokenizer.decode([id]),
      logprob: null,
      top: [],
      tail: null,
      fromBase: null,
      fromStudent: null,
    }));
  }
  const scores = scoresOf(store, data, row);
  const base = data.fromBase?.[row.index]?.divergence_N;
  const student = data.fromStudent?.[row.index]?.divergence_N;
  return row.ids.slice(0, MAX_TOKENS).map((id, at) => ({
    text: tokenizer.decode([id]),
    logprob: scores?.chosen_N[at] ?? null,
    ...alternatives(scores, at, tokenizer),
    fromBase: base?.[at] ?? null,
    fromStudent: student?.[at] ?? null,
  }));
}

function alternatives(
  scores: TopKScores | undefined,
  at: number,
  tokenizer: Tokenizer,
): Pick<DatasetItem['tokens'][number], 'top' | 'tail'> {
  if (scores === undefined) return { top: [], tail: null };
  const { topK, tokenIds_NK, logprobs_NK } = scores;
  const logprobs = logprobs_NK.subarray(at * topK, (at + 1) * topK);
  const mass = logprobs.reduce((sum, logprob) => sum + Math.exp(logprob), 0);
  return {
    top: [...logprobs.subarray(0, SHOWN_ALTERNATIVES)].map((logprob, k) => ({
      text: tokenizer.decode([tokenIds_NK[at * topK + k]!]),
      logprob,
    })),
    tail: Math.max(0, 1 - mass),
  };
}

/** Only the batch that the row is in is read. */
function scoresOf(
  store: Store,
  { distributions, rows }: ArmData,
  { index }: CompletionRow,
): TopKScores | undefined {
  const batch = Math.floor(index / SCORE_BATCH);
  const digest = distributions?.files[`batch-${batch}`];
  if (digest === undefined) return undefined;
  const lengths = rows
    .slice(batch * SCORE_BATCH, (batch + 1) * SCORE_BATCH)
    .map(({ ids }) => ids.length);
  return gatherTopK(decodeTopK(store.objects.get(digest)), lengths, [index % SCORE_BATCH]);
}

const kept = createLru<string, Promise<Tokenizer | undefined>>(KEPT_TOKENIZERS);

/** Where the model lies whose tokens a row is made of. */
function authorPath(
  { spec, bySlug }: StudyDesign,
  slug: string,
  rewritten: boolean,
): string | undefined {
  const model = bySlug.get(slug);
  if (rewritten) {
    const family = spec.families.find(({ name }) => name === model?.family);
    return spec.bases[family?.rewrite?.by ?? '']?.path;
  }
  const forged = spec.controls?.forge.base ?? spec.organisms.base;
  const isSuspect = model?.role === 'suspect';
  const base = isSuspect ? (spec.teacher.adapter?.base ?? spec.organisms.base) : forged;
  const twin = Number(model?.teacher.replace(/^twin/u, '')) - 1;
  return (
    (isSuspect ? spec.teacher.path : undefined) ??
    (model?.role === 'twin' ? spec.twins?.paths?.[twin] : undefined) ??
    spec.bases[base]?.path
  );
}

function tokenizerAt(store: Store, path: string | undefined): Promise<Tokenizer | undefined> {
  if (path === undefined) return Promise.resolve(undefined);
  // A store lies beside its study file unless told otherwise, so relative paths start there.
  const at = modelPath(path, dirname(store.dir));
  const before = kept.get(at);
  if (before !== undefined) return before;
  const opened = openTokenizer(at).catch((error: unknown) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
  kept.set(at, opened);
  // A model that was moved away may be put back.
  const forget = (): void => kept.delete(at);
  opened.then((tokenizer) => tokenizer === undefined && forget(), forget);
  return opened;
}
