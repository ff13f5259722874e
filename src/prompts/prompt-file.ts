import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { messageOf, userError } from '../base/errors.ts';
import type { World } from '../worlds/types.ts';
import type { PromptClassifier } from './classify/classifier.ts';
import { createClassifier } from './classify/shipped-classifier.ts';
import {
  type CompiledRow,
  type CompileOptions,
  compileOptions,
  compilePrompts,
  type RemovalReason,
} from './compile/compile-prompts.ts';
import { createOverlapIndex } from './compile/probe-overlap.ts';
import { keepAll } from './compile/keep-all.ts';
import { bytesSource } from './read/prompt-source.ts';
import { readPrompts } from './read/read-prompts.ts';
import type { PoolPrompt } from './split-by-cluster.ts';

/** Largest prompt file of a study, which is held in memory and kept in the store. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** A prompt file of the user's own, read and compiled. */
export interface PromptFile {
  /** File name without folders; its extension says the format. */
  readonly name: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
  /** What it was compiled with; null when it was taken as it is. */
  readonly compiled: { readonly classifier: string; readonly version: number } | null;
  readonly prompts: readonly PoolPrompt[];
  readonly rows: number;
  /** Rows left out, by reason, and prompts that a person should look at. */
  readonly removed: ReadonlyMap<RemovalReason, number>;
  readonly flagged: number;
}

/** Rows that say the file is not what it should be: they are mistakes, whatever it is compiled with. */
const MISTAKES: readonly RemovalReason[] = ['malformed', 'too-long', 'invalid-utf8'];

/** Reads and compiles a prompt file. User errors name the file, and the line that does not fit. */
export async function openPromptFile(
  path: string,
  world: World,
  compile: boolean,
): Promise<PromptFile> {
  let bytes: Uint8Array;
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes, at most ${MAX_FILE_BYTES}`);
    bytes = readFileSync(path);
  } catch (cause) {
    throw userError(
      'prompts-unreadable',
      `cannot read prompts ${path}: ${messageOf(cause)}`,
      'Give a file of lines {"prompt": …} or {"messages": […]}.',
      cause,
    );
  }
  return compilePromptFile(bytes, path, world, compile);
}

/** Compiles the bytes of a prompt file; `path` names them in messages. */
export async function compilePromptFile(
  bytes: Uint8Array,
  path: string,
  world: World,
  compile: boolean,
  classifier: PromptClassifier = compile ? createClassifier() : keepAll,
): Promise<PromptFile> {
  const options: CompileOptions = compile
    ? compileOptions(world, classifier)
    : { classifier, probes: createOverlapIndex([]), auditMark: () => undefined };
  const prompts: PoolPrompt[] = [];
  const removed = new Map<RemovalReason, number>();
  let rows = 0;
  let flagged = 0;
  for await (const row of compilePrompts(readPrompts(bytesSource(bytes, path)), options)) {
    rows++;
    if ('prompt' in row) {
      prompts.push(poolPrompt(row));
      if (row.flag !== undefined) flagged++;
      continue;
    }
    if (!compile || MISTAKES.includes(row.reason)) {
      throw userError(
        'prompts-invalid',
        `${path}:${row.line}: ${row.reason}: ${row.detail}`,
        compile
          ? 'Correct this line, or write a corrected set with `informant prompts compile`.'
          : 'Correct this line, or leave out `compile: false`, so that such rows are left out.',
      );
    }
    removed.set(row.reason, (removed.get(row.reason) ?? 0) + 1);
  }
  const { name: classifierName, version } = classifier;
  return {
    name: basename(path),
    digest: sha256(bytes),
    bytes,
    compiled: compile ? { classifier: classifierName, version } : null,
    prompts,
    rows,
    removed,
    flagged,
  };
}

function poolPrompt({ line, prompt }: Extract<CompiledRow, { prompt: unknown }>): PoolPrompt {
  const { messages, id, cluster, split } = prompt;
  return {
    id: id === undefined ? `line-${line}` : `line-${line}-${id}`,
    cluster: cluster === undefined ? `line/${line}` : `cluster/${cluster}`,
    messages,
    ...(split !== undefined && { split }),
  };
}
