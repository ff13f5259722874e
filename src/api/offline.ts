import { z } from 'zod';
import { sampleListRowSchema, sampleSchema } from './samples.ts';

/**
 * What an exported folder holds. `data/index.js` sets `globalThis.informantOffline` to an object
 * with the index and with room for chunks, both JSON as text; every other file of `data/` puts one
 * chunk there under its own name, when a page that wants it adds it as a script. Scripts and not
 * JSON: pages from a disk may read nothing else.
 */
export const offlineGlobalSchema = z.object({
  index: z.string(),
  chunks: z.record(z.string(), z.string()),
});

/** Chunks of things with rising numbers: the chunk and the first number in it. */
const partsSchema = z.array(z.object({ chunk: z.string(), first: z.int() }));

/** Where everything is. */
export const offlineIndexSchema = z.object({
  study: z.string(),
  /** Chunk of each answer, by path of the API. */
  answers: z.record(z.string(), z.string()),
  /** Chunks of rows of the samples that were exported, in order of id. */
  rows: z.array(z.string()),
  /** Chunks of what words are looked for in, of the same samples; read when there is such a search. */
  words: z.array(z.string()),
  /** Chunks of samples with their transcripts, by id. */
  samples: partsSchema,
  /** Chunks of ledger events, by their place. */
  events: partsSchema,
});
export type OfflineIndex = z.infer<typeof offlineIndexSchema>;

/** A chunk of answers, by path. */
export const offlineAnswersSchema = z.record(z.string(), z.json());

/** A chunk of rows; `family` is what filters ask for and rows do not show. */
export const offlineRowsSchema = z.array(
  sampleListRowSchema.extend({ family: z.string().nullable() }),
);
export type OfflineRow = z.infer<typeof offlineRowsSchema>[number];

/** A chunk of words that were said, by id of the sample, folded as `base/word-search.ts` does. */
export const offlineWordsSchema = z.array(z.tuple([z.int(), z.string()]));

/** A chunk of samples; their counterparts are found among the rows. */
export const offlineSamplesSchema = z.array(sampleSchema);
