import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type AppError, messageOf, userError } from '../base/errors.ts';
import { getWorld } from '../worlds/registry.ts';
import { keysAt } from './json-schema.ts';
import { nearestKey } from './nearest-key.ts';
import { type LoadedStudy, studySpecSchema, type StudySpecInput } from './spec.ts';
import type { SpecIssue } from './spec-issue.ts';
import { checkReferences } from './spec-references.ts';

/** Reads a study file. User errors show file:line:column, the line, the key and the fix. */
export function loadStudy(file: string): LoadedStudy {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw userError(
      'study-unreadable',
      `cannot read study file ${file}: ${messageOf(cause)}`,
      'Give the path of a study file; `informant init` writes one.',
      cause,
    );
  }
  return parseStudy(text, file);
}

/** Parses the text of a study file; `file` names it in errors and anchors its relative paths. */
export function parseStudy(text: string, file: string): LoadedStudy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const locate = (offset: number, issue: Omit<SpecIssue, 'path'> & { path?: string }): Located => ({
    ...lines.linePos(offset),
    ...issue,
  });
  if (document.errors.length > 0) {
    throw studyError(
      file,
      text,
      document.errors.map((error) =>
        locate(error.pos[0], { message: error.message, fix: 'Correct the YAML syntax.' }),
      ),
    );
  }
  const report = (issues: readonly SpecIssue[]): AppError =>
    studyError(
      file,
      text,
      issues.map(({ path, message, fix }) =>
        locate(offsetOf(document, path), { path: dotted(path), message, fix }),
      ),
    );
  const parsed = studySpecSchema.safeParse(document.toJS());
  if (!parsed.success) throw report(parsed.error.issues.flatMap(explain));
  const wrong = checkReferences(parsed.data, getWorld(parsed.data.world));
  if (wrong.length > 0) throw report(wrong);
  return { spec: parsed.data, source: text, folder: dirname(resolve(file)) };
}

/** A study written in code; the same checks as a file, without line numbers. */
export function defineStudy(input: StudySpecInput, folder: string = '.'): LoadedStudy {
  const parsed = studySpecSchema.safeParse(input);
  const issues = parsed.success
    ? checkReferences(parsed.data, getWorld(parsed.data.world))
    : parsed.error.issues.flatMap(explain);
  if (issues.length > 0 || !parsed.success) {
    const listed = issues.map(({ path, message, fix }) => `${dotted(path)}: ${message}. ${fix}`);
    throw userError('study-invalid', `the study is not valid:\n${listed.join('\n')}`);
  }
  return { spec: parsed.data, source: JSON.stringify(input), folder: resolve(folder) };
}

interface Located {
  readonly line: number;
  readonly col: number;
  readonly path?: string;
  readonly message: string;
  readonly fix: string;
}

function explain(issue: z.core.$ZodIssue): SpecIssue[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path);
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

function studyError(file: string, text: string, issues: readonly Located[]): AppError {
  const source = text.split('\n');
  const blocks = issues
    .toSorted((a, b) => a.line - b.line || a.col - b.col)
    .map(({ line, col, path, message, fix }) => {
      const margin = `${line} | `;
      const quoted = `${margin}${source[line - 1] ?? ''}\n${' '.repeat(margin.length + col - 1)}^`;
      return `${file}:${line}:${col}: ${path ? `${path}: ` : ''}${message}\n${quoted}\n${fix}`;
    });
  return userError('study-invalid', blocks.join('\n\n'));
}

function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
