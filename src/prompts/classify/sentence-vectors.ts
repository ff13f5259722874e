import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../base/package-root.ts';
import { encoderGraph } from '../../engine/encoder/encoder-graph.ts';
import { createSessionCache } from '../../engine/session-cache.ts';
import type { TensorData } from '../../engine/session.ts';
import { readJsonFile } from '../../model/read-json-file.ts';
import { createTokenizer } from '../../model/tokenizer.ts';
import { openEncoderFile } from './encoder-file.ts';

/** all-MiniLM-L6-v2, as its config.json says. */
const CONFIG = { layers: 6, hiddenSize: 384, heads: 12, epsilon: 1e-12 };
const FIRST_ID = 101;
const LAST_ID = 102;

/** Tokens read together, the two at the ends included; longer texts are read in pieces. */
const TIMES = [16, 32, 64, 128] as const;
const PIECE_TOKENS = TIMES.at(-1)! - 2;

/** Pieces of a very long text that are read: its beginning and its end. */
const MAX_PIECES = 50;

/** Tokens run at once. */
const BATCH_TOKENS = 1024;

const UNSEEN = -1e9;

/** Makes sentence vectors. */
export interface SentenceEncoder {
  /** For each text the vectors of its pieces, none for a text without tokens. */
  vectors(texts: readonly string[]): Promise<readonly (readonly Float32Array[])[]>;
}

/**
 * Opens the encoder that ships with the package. A vector is the mean over a piece's tokens of what
 * leaves each of `layers`, each mean of length 1, one after another.
 */
export function openSentenceEncoder(layers: readonly number[]): SentenceEncoder {
  const folder = join(packageRoot(), 'models', 'minilm');
  const path = join(folder, 'tokenizer.json');
  const tokenizer = createTokenizer(path, readJsonFile(path), {}, [LAST_ID]);
  const file = openEncoderFile(join(folder, 'model.safetensors'));
  const embed = embedder(file);
  const weights = new Map(
    file.names
      .filter((name) => name.startsWith('encoder.') || name.startsWith('embeddings.LayerNorm.'))
      .map((name) => [name, file.tensor(name)]),
  );
  const parameters = [...weights].map(([name, { data }]) => [name, data] as const);
  const sessions = createSessionCache({ threads: availableParallelism(), provider: 'cpu' });
  const { hiddenSize } = CONFIG;

  const encode = async (
    pieces: readonly (readonly number[])[],
    time: number,
  ): Promise<readonly Float32Array[]> => {
    const count = pieces.length;
    const embedded = new Float32Array(count * time * hiddenSize);
    const mask = new Float32Array(count * time).fill(UNSEEN);
    const shares = new Float32Array(count * time);
    for (const [row, ids] of pieces.entries()) {
      mask.fill(0, row * time, row * time + ids.length);
      shares.fill(1 / ids.length, row * time, row * time + ids.length);
      for (const [at, id] of ids.entries()) embed(embedded, (row * time + at) * hiddenSize, id, at);
    }
    const session = await sessions.get({ time }, () => encoderGraph(CONFIG, weights, time, layers));
    const feeds = new Map<string, TensorData | { data: TensorData; shape: readonly number[] }>([
      ...parameters,
      ['embedded', { data: embedded, shape: [count * time, hiddenSize] }],
      ['mask', { data: mask, shape: [count, 1, 1, time] }],
      ['shares', { data: shares, shape: [count, 1, time] }],
    ]);
    const pooled = layers.map((layer) => ({
      name: `pooled.${layer}`,
      data: new Float32Array(count * hiddenSize),
    }));
    await session.run(
      feeds,
      new Map(pooled.map(({ name, data }) => [name, { data, shape: [count, 1, hiddenSize] }])),
    );
    return pieces.map((_, row) => {
      const vector = new Float32Array(layers.length * hiddenSize);
      for (const [i, { data }] of pooled.entries()) {
        const state = data.subarray(row * hiddenSize, (row + 1) * hiddenSize);
        vector.set(ofLengthOne(state), i * hiddenSize);
      }
      return vector;
    });
  };

  return {
    vectors: async (texts) => {
      const pieces = texts.flatMap((text, of) =>
        piecesOf(tokenizer.encode(text)).map((ids) => ({ of, ids: [FIRST_ID, ...ids, LAST_ID] })),
      );
      const found = new Map<(typeof pieces)[number], Float32Array>();
      for (const [i, time] of TIMES.entries()) {
        const its = pieces.filter(
          ({ ids }) => ids.length <= time && ids.length > (TIMES[i - 1] ?? 0),
        );
        const step = BATCH_TOKENS / time;
        for (let at = 0; at < its.length; at += step) {
          const batch = its.slice(at, at + step);
          const vectors = await encode(
            batch.map(({ ids }) => ids),
            time,
          );
          for (const [row, piece] of batch.entries()) found.set(piece, vectors[row]!);
        }
      }
      const byText: Float32Array[][] = texts.map(() => []);
      for (const piece of pieces) byText[piece.of]!.push(found.get(piece)!);
      return byText;
    },
  };
}

/** Writes the sum of a token's embeddings: of its word, of its position, and of the first segment. */
function embedder(
  file: ReturnType<typeof openEncoderFile>,
): (target: Float32Array, offset: number, id: number, at: number) => void {
  const words = file.rows('embeddings.word_embeddings.weight');
  const positions = file.tensor('embeddings.position_embeddings.weight').data;
  const segment = file.tensor('embeddings.token_type_embeddings.weight').data;
  const { width } = words;
  return (target, offset, id, at) => {
    const factor = words.factors[id]!;
    for (let d = 0; d < width; d++) {
      const word = words.numbers[id * width + d]! * factor;
      target[offset + d] = word + positions[at * width + d]! + segment[d]!;
    }
  };
}

function ofLengthOne(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
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
