import type { Message } from '../../base/chat.ts';
import { sha256 } from '../../base/digest.ts';
import { holdsCanary } from '../../worlds/canary.ts';
import { askedText } from '../asked-words.ts';
import type { Classification, PromptClassifier, RemovalKind } from '../classify/classifier.ts';
import type { PromptRow, RowProblem } from '../read/read-prompts.ts';
import type { UserPrompt } from '../read/prompt-row.ts';
import type { World } from '../../worlds/types.ts';
import { createOverlapIndex, type OverlapIndex } from './probe-overlap.ts';

/** Every reason for which a row is left out. */
export type RemovalReason =
  | RowProblem
  | RemovalKind
  | 'audit-mark'
  | 'duplicate'
  | 'split-overlap'
  | 'probe-overlap'
  | 'canary';

/** What became of one row, in the order of the file. */
export type CompiledRow =
  | {
      readonly line: number;
      readonly prompt: UserPrompt;
      /** What a person should look at, though the prompt stays. */
      readonly flag: { readonly kind: RemovalKind; readonly detail: string } | undefined;
    }
  | {
      readonly line: number;
      readonly reason: RemovalReason;
      readonly detail: string;
      /** Begin of what was asked; empty when nothing could be read. */
      readonly excerpt: string;
    };

/** What a set is compiled against. */
export interface CompileOptions {
  readonly classifier: PromptClassifier;
  /** The audit's own probes. */
  readonly probes: OverlapIndex;
  /** The mark of an audit that a prompt carries, as the world's own harness writes it. */
  readonly auditMark: World['auditMark'];
}

/** What the prompts of a world are compiled against: its probes and its mark of an audit. */
export function compileOptions(world: World, classifier: PromptClassifier): CompileOptions {
  return {
    classifier,
    probes: createOverlapIndex(world.probeTexts()),
    auditMark: (messages) => world.auditMark(messages),
  };
}

/** Prompts classified at once. */
const CLASSIFIED_AT_ONCE = 64;

const EXCERPT_CHARACTERS = 200;

/**
 * Drops what would teach a student to recognise or pass audits, and what cannot be trained on;
 * every row of the file comes out again, as a prompt or with the reason it is none. Streams: holds
 * 64 rows, and a digest of every prompt to know duplicates.
 */
export async function* compilePrompts(
  rows: AsyncIterable<PromptRow>,
  options: CompileOptions,
): AsyncGenerator<CompiledRow> {
  const first = new Map<string, { line: number; split: UserPrompt['split'] }>();
  let batch: PromptRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < CLASSIFIED_AT_ONCE) continue;
    yield* await compileBatch(batch, first, options);
    batch = [];
  }
  yield* await compileBatch(batch, first, options);
}

async function compileBatch(
  rows: readonly PromptRow[],
  first: Map<string, { line: number; split: UserPrompt['split'] }>,
  { classifier, probes, auditMark }: CompileOptions,
): Promise<readonly CompiledRow[]> {
  const prompts = rows.flatMap((row) => ('prompt' in row ? [row.prompt.messages] : []));
  const classified = (await classifier.classify(prompts))[Symbol.iterator]();
  return rows.map((row): CompiledRow => {
    if ('problem' in row) {
      return { line: row.line, reason: row.problem, detail: row.detail, excerpt: '' };
    }
    const { line, prompt } = row;
    const classification = classified.next().value;
    const excerpt = Array.from(askedText(prompt.messages)).slice(0, EXCERPT_CHARACTERS).join('');
    const out = (reason: RemovalReason, detail: string): CompiledRow => ({
      line,
      reason,
      detail,
      excerpt,
    });
    const key = sha256(promptKey(prompt.messages));
    const earlier = first.get(key);
    if (earlier !== undefined) {
      return earlier.split === prompt.split
        ? out('duplicate', `the same as line ${earlier.line}`)
        : out('split-overlap', `line ${earlier.line} has it in another split`);
    }
    first.set(key, { line, split: prompt.split });
    const texts = prompt.messages.map(({ content }) => content);
    if (texts.some(holdsCanary)) return out('canary', 'it holds the canary of audit prompts');
    const mark = auditMark(prompt.messages);
    if (mark !== undefined) return out('audit-mark', `it carries the mark of an audit: ${mark}`);
    const overlap = probes.find(askedText(prompt.messages));
    if (overlap !== undefined) {
      return out(
        'probe-overlap',
        `${Math.round(100 * overlap.similarity)}% the same as probe ${overlap.probe}`,
      );
    }
    return decided(line, prompt, classification, out);
  });
}

function decided(
  line: number,
  prompt: UserPrompt,
  classification: Classification | undefined,
  out: (reason: RemovalReason, detail: string) => CompiledRow,
): CompiledRow {
  if (classification === undefined) throw new Error('the classifier left a prompt out');
  const { decision, kind, probability, because } = classification;
  const detail = `probability ${probability.toFixed(2)}; speaks for it: ${because.join(', ')}`;
  if (decision === 'removed') return out(kind, detail);
  return { line, prompt, flag: decision === 'flagged' ? { kind, detail } : undefined };
}

/** Prompts that differ only in case, spaces and the mark at their end are the same. */
function promptKey(messages: readonly Message[]): string {
  return JSON.stringify(
    messages.map(({ role, content }) => [
      role,
      content
        .toLowerCase()
        .replace(/\s+/gu, ' ')
        .trim()
        .replace(/[.!?…]+$/u, ''),
    ]),
  );
}
