import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type AppError, messageOf, userError } from '../base/errors.ts';
import { keysAt } from './json-schema.ts';
import { nearestKey } from './nearest-key.ts';
import type { SpecIssue as FileIssue } from './spec-issue.ts';

/** What a YAML file is called in errors, what it must be, and what its schema cannot see. */
export interface YamlFormat<T> {
  /** Code of the user error. */
  readonly code: string;
  readonly schema: z.ZodType<T>;
  readonly check?: (value: T) => readonly FileIssue[];
}

/** Reads a file; a user error names it, the reason, and `hint`. */
export function readTextFile(file: string, what: string, code: string, hint: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw userError(code, `cannot read ${what} ${file}: ${messageOf(cause)}`, hint, cause);
  }
}

/**
 * Parses YAML through a schema. User errors show file:line:column, the line, the key and the fix,
 * every one of them.
 */
export function parseYaml<T>(text: string, file: string, format: YamlFormat<T>): T {
  const { code, schema, check } = format;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locate = (offset: number, issue: Omit<FileIssue, 'path'> & { path?: string }): Located => ({
    ...lines.linePos(offset),
    ...issue,
  });
  if (document.errors.length > 0) {
    const syntax = document.errors.map((error) =>
      locate(error.pos[0], { message: error.message, fix: 'Correct the YAML syntax.' }),
    );
    throw located(code, file, text, syntax);
  }
  const report = (issues: readonly FileIssue[]): AppError =>
    located(
      code,
      file,
      text,
      issues.map(({ path, message, fix }) =>
        locate(offsetOf(document, path), { path: dotted(path), message, fix }),
      ),
    );
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    throw report(parsed.error.issues.flatMap((issue) => explainIssue(schema, issue)));
  }
  const wrong = check?.(parsed.data) ?? [];
  if (wrong.length > 0) throw report(wrong);
  return parsed.data;
}

interface Located {
  readonly line: number;
  readonly col: number;
  readonly path?: string;
  readonly message: string;
  readonly fix: string;
}

/** A schema's issue in words, with the fix; unknown keys get the known one that was meant. */
export function explainIssue(schema: z.ZodType, issue: z.core.$ZodIssue): FileIssue[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => {
      const nearest = nearestKey(key, known);
      return {
        path: [...issue.path, key],
        message: `unknown key "${key}"`,
        fix:
          nearest === undefined
            ? `Known keys here: ${known.join(', ')}.`
            : `Did you mean "${nearest}"?`,
      };
    });
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    const key = String(issue.path.at(-1));
    return [
      {
        path: issue.path,
        message: `"${key}" is missing`,
        fix: `Add "${key}" (${issue.expected}).`,
      },
    ];
  }
  const message = issue.message.replace(/^Invalid (input|option|discriminator value)[:.] /, '');
  return [{ path: issue.path, message, fix: 'Correct this value.' }];
}

/** Where a key stands in the text; the nearest parent that exists when it does not. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key: node }) => isScalar(node) && node.value === key);
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
      continue;
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isMap(node) || isScalar(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}

function located(code: string, file: string, text: string, issues: readonly Located[]): AppError {
  const source = text.split('\n');
  const blocks = issues
    .toSorted((a, b) => a.line - b.line || a.col - b.col)
    .map(({ line, col, path, message, fix }) => {
      const margin = `${line} | `;
      const quoted = `${margin}${source[line - 1] ?? ''}\n${' '.repeat(margin.length + col - 1)}^`;
      return `${file}:${line}:${col}: ${path ? `${path}: ` : ''}${message}\n${quoted}\n${fix}`;
    });
  return userError(code, blocks.join('\n\n'));
}

/** `["recipes", "kd", 0]` as `recipes.kd[0]`. */
export function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
