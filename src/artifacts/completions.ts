import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Json, JsonObject } from '../base/json.ts';
import type { StepOutput } from '../run/step.ts';
import type { Artifact, Objects } from '../store/types.ts';
import { messageSchema } from './message-schema.ts';
import { fileOf, readJsonObject } from './read-json-object.ts';

/** Kind of the artifact that holds a teacher's completions. File: `rows` (JSON). */
const COMPLETIONS = 'completions';

const rowSchema = z.object({
  /** Position in the unfiltered set, which is also the row of its distributions. */
  index: z.int(),
  promptId: z.string(),
  split: z.enum(['train', 'held-out']),
  /** What a student is shown. */
  messages: z.array(messageSchema),
  /** What the sampled model was shown, where that differs (context distillation). */
  contextMessages: z.array(messageSchema).exactOptional(),
  /** Tokens of the teacher's tokenizer, with the end token when `stop` is `end`. */
  ids: z.array(z.int()),
  text: z.string(),
  stop: z.enum(['end', 'truncated']),
});

/** One prompt with the teacher's completion. */
export type CompletionRow = z.infer<typeof rowSchema>;

const rowsSchema = z.array(rowSchema);

/** Reads a row as it was committed to the item table. */
export function parseCompletionRow(value: Json): CompletionRow {
  return rowSchema.parse(value);
}

/** Stores completions in order; `meta` is added to the counts. */
export function writeCompletions(
  objects: Objects,
  rows: readonly CompletionRow[],
  meta: JsonObject = {},
): StepOutput {
  return {
    kind: COMPLETIONS,
    meta: {
      rows: rows.length,
      tokens: rows.reduce((sum, row) => sum + row.ids.length, 0),
      truncated: rows.filter((row) => row.stop === 'truncated').length,
      ...meta,
    },
    files: { rows: objects.put(canonicalJson(rows.map(rowToJson))) },
  };
}

/** Completions in their stored order. */
export function readCompletions(artifact: Artifact, objects: Objects): readonly CompletionRow[] {
  return readJsonObject(objects, fileOf(artifact, 'rows'), rowsSchema);
}

/** The row as JSON: message origins are dropped, since every prompt message is scripted. */
export function rowToJson(row: CompletionRow): JsonObject {
  const plain = (messages: CompletionRow['messages']) =>
    messages.map(({ role, content }) => ({ role, content }));
  const { index, promptId, split, ids, text, stop } = row;
  return {
    index,
    promptId,
    split,
    messages: plain(row.messages),
    ...(row.contextMessages === undefined ? {} : { contextMessages: plain(row.contextMessages) }),
    ids,
    text,
    stop,
  };
}
