import { availableParallelism } from 'node:os';
import { hiddenStates } from '../../engine/hidden-states.ts';
import { createSessionCache } from '../../engine/session-cache.ts';
import { loadWeights } from '../../model/load-weights.ts';
import { encodeContent } from '../../model/render-prompt.ts';
import type { ModelCard } from '../../model/types.ts';

/** Tokens read together; longer texts are read in pieces that overlap by half. */
const PIECE_TOKENS = 96;

/** Pieces of a very long text that are read: its beginning and its end. */
const MAX_PIECES = 100;

/** Pieces run at once. */
const BATCH = 64;

/** Makes sentence vectors with the hidden states of one model. */
export interface SentenceEncoder {
  /** For each text the vectors of its pieces, none for a text without tokens. */
  vectors(texts: readonly string[]): Promise<readonly (readonly Float32Array[])[]>;
  close(): Promise<void>;
}

/**
 * Opens a model as an encoder. A vector is the mean over a piece's tokens of what leaves each of
 * `layers`, one layer after another: [layers × hiddenSize]. `opening` stands before every piece.
 */
export async function openSentenceEncoder(
  card: ModelCard,
  { layers, opening }: { readonly layers: readonly number[]; readonly opening: string },
): Promise<SentenceEncoder> {
  const { config, weights } = await loadWeights({ path: card.path, deltas: [] });
  const sessions = createSessionCache({ threads: availableParallelism(), provider: 'cpu' });
  const promptIds = card.tokenizer.encode(opening);
  const encode = async (pieces: readonly (readonly number[])[]): Promise<Float32Array[]> => {
    const items = pieces.map((completionIds) => ({ promptIds, completionIds }));
    const made = await hiddenStates(sessions, { config, weights, layers, items, at: 'completion' });
    return pieces.map(({ length }, i) => {
      const vector = new Float32Array(layers.length * config.hiddenSize);
      for (const [at, layer] of layers.entries()) {
        const states = made.byLayer.get(layer)!;
        addMean(
          vector.subarray(at * config.hiddenSize, (at + 1) * config.hiddenSize),
          states.subarray(made.firstRow[i]! * config.hiddenSize),
          length,
        );
      }
      return vector;
    });
  };
  return {
    vectors: async (texts) => {
      const pieces = texts.flatMap((text, of) =>
        piecesOf(encodeContent(card.tokenizer, text)).map((ids) => ({ of, ids })),
      );
      const found: Float32Array[][] = texts.map(() => []);
      for (let at = 0; at < pieces.length; at += BATCH) {
        const batch = pieces.slice(at, at + BATCH);
        const vectors = await encode(batch.map(({ ids }) => ids));
        for (const [i, { of }] of batch.entries()) found[of]!.push(vectors[i]!);
      }
      return found;
    },
    close: () => sessions.close(),
  };
}

/** Adds to `sum` the mean of the first `rows` rows of `states`. */
function addMean(sum: Float32Array, states: Float32Array, rows: number): void {
  const width = sum.length;
  for (let i = 0; i < rows * width; i++) sum[i % width]! += states[i]! / rows;
}

/** Overlapping pieces of a text's tokens, the last of them flush with its end. */
export function piecesOf(ids: readonly number[]): readonly (readonly number[])[] {
  if (ids.length === 0) return [];
  const step = PIECE_TOKENS / 2;
  const count = Math.max(1, Math.ceil((ids.length - PIECE_TOKENS) / step) + 1);
  const piece = (i: number): readonly number[] => ids.slice(i * step, i * step + PIECE_TOKENS);
  const read = Array.from({ length: count }, (_, i) => i);
  const ends =
    count <= MAX_PIECES ? read : [...read.slice(0, MAX_PIECES / 2), ...read.slice(-MAX_PIECES / 2)];
  return ends.map(piece);
}
