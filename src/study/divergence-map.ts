import type { CompletionRow } from '../artifacts/completions.ts';
import type { TokenDivergence } from '../backends/backend.ts';

/** Tokens shown before the one at hand. */
const CONTEXT_TOKENS = 12;

/** One position of a completion. Texts are the teacher's: untrusted. */
export interface DivergentPosition {
  readonly before: string;
  readonly token: string;
  /** KL(teacher ‖ base) of what may stand here, and KL(teacher ‖ student) where it was measured. */
  readonly fromBase: number;
  readonly fromStudent: number | null;
  /** ln p(teacher) − ln p(base) of the token that stands here. */
  readonly logRatio: number;
}

/** A prompt with how far teacher and base differ over its completion, in nats. */
export interface DivergentPrompt {
  readonly promptId: string;
  readonly prompt: string;
  readonly completion: string;
  readonly tokens: number;
  readonly total: number;
  readonly mean: number;
  readonly fromStudent: number | null;
  /** Where they differ most. */
  readonly peak: DivergentPosition;
}

/** All positions at which one token stands. */
export interface DivergentToken {
  readonly token: string;
  readonly count: number;
  readonly mean: number;
  /** Of the divergence of all tokens. */
  readonly share: number;
}

/** Which prompts and tokens carry the difference between a teacher and a base. Nats per token. */
export interface DivergenceMap {
  readonly rows: number;
  readonly tokens: number;
  readonly fromBase: number;
  readonly fromStudent: number | null;
  /** Share of all divergence that the most divergent tenth of the tokens carries; 0 of none. */
  readonly topTenth: number;
  /** Most divergent first. */
  readonly prompts: readonly DivergentPrompt[];
  readonly byToken: readonly DivergentToken[];
}

/**
 * The map of some completions. `fromBase` and `fromStudent` hold the figures of each row; `decode`
 * turns tokens of the teacher to text.
 */
export function divergenceMap(options: {
  readonly rows: readonly CompletionRow[];
  readonly fromBase: readonly TokenDivergence[];
  readonly fromStudent: readonly TokenDivergence[] | undefined;
  readonly decode: (ids: readonly number[]) => string;
}): DivergenceMap {
  const { rows, fromBase, fromStudent, decode } = options;
  const values = fromBase.flatMap(({ divergence_N }) => [...divergence_N]);
  const total = sum(values);
  const descending = values.toSorted((a, b) => b - a);
  const tenth = descending.slice(0, Math.ceil(values.length / 10));
  const prompts = rows.flatMap((row, i): DivergentPrompt[] => {
    const own = fromBase[i]!;
    const student = fromStudent?.[i]?.divergence_N;
    if (row.ids.length === 0) return [];
    return [promptOf(row, own, student, decode)];
  });
  return {
    rows: rows.length,
    tokens: values.length,
    fromBase: mean(values),
    fromStudent:
      fromStudent === undefined
        ? null
        : mean(fromStudent.flatMap(({ divergence_N }) => [...divergence_N])),
    topTenth: total === 0 ? 0 : sum(tenth) / total,
    prompts: prompts.toSorted((a, b) => b.total - a.total),
    byToken: tokensOf(rows, fromBase, total, decode),
  };
}

function promptOf(
  { promptId, messages, ids, text }: CompletionRow,
  { divergence_N, logRatio_N }: TokenDivergence,
  student: Float32Array | undefined,
  decode: (ids: readonly number[]) => string,
): DivergentPrompt {
  const at = divergence_N.indexOf(Math.max(...divergence_N));
  const total = sum([...divergence_N]);
  return {
    promptId,
    prompt: messages.findLast(({ role }) => role === 'user')?.content ?? '',
    completion: text,
    tokens: ids.length,
    total,
    mean: total / ids.length,
    fromStudent: student === undefined ? null : mean([...student]),
    peak: {
      before: decode(ids.slice(Math.max(0, at - CONTEXT_TOKENS), at)),
      token: decode(ids.slice(at, at + 1)),
      fromBase: divergence_N[at]!,
      fromStudent: student?.[at] ?? null,
      logRatio: logRatio_N[at]!,
    },
  };
}

function tokensOf(
  rows: readonly CompletionRow[],
  fromBase: readonly TokenDivergence[],
  total: number,
  decode: (ids: readonly number[]) => string,
): readonly DivergentToken[] {
  const byId = new Map<number, { count: number; total: number }>();
  rows.forEach(({ ids }, i) =>
    ids.forEach((id, at) => {
      const known = byId.get(id) ?? { count: 0, total: 0 };
      known.count++;
      known.total += fromBase[i]!.divergence_N[at]!;
      byId.set(id, known);
    }),
  );
  return [...byId]
    .toSorted(([a, x], [b, y]) => y.total - x.total || a - b)
    .map(([id, of]) => ({
      token: decode([id]),
      count: of.count,
      mean: of.total / of.count,
      share: total === 0 ? 0 : of.total / total,
    }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
