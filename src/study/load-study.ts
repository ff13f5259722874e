import { dirname, resolve } from 'node:path';
import { userError } from '../base/errors.ts';
import { getWorld } from '../worlds/registry.ts';
import { dotted, explainIssue, parseYaml, readTextFile } from './parse-yaml.ts';
import { type LoadedStudy, studySpecSchema, type StudySpecInput } from './spec.ts';
import { checkReferences } from './spec-references.ts';

/** Reads a study file. User errors show file:line:column, the line, the key and the fix. */
export function loadStudy(file: string): LoadedStudy {
  const hint = 'Give the path of a study file; `informant init` writes one.';
  return parseStudy(readTextFile(file, 'study file', 'study-unreadable', hint), file);
}

/** Parses the text of a study file; `file` names it in errors and anchors its relative paths. */
export function parseStudy(text: string, file: string): LoadedStudy {
  const spec = parseYaml(text, file, {
    code: 'study-invalid',
    schema: studySpecSchema,
    check: (parsed) => checkReferences(parsed, getWorld(parsed.world)),
  });
  return { spec, source: text, folder: dirname(resolve(file)) };
}

/** A study written in code; the same checks as a file, without line numbers. */
export function defineStudy(input: StudySpecInput, folder: string = '.'): LoadedStudy {
  const parsed = studySpecSchema.safeParse(input);
  const issues = parsed.success
    ? checkReferences(parsed.data, getWorld(parsed.data.world))
    : parsed.error.issues.flatMap((issue) => explainIssue(studySpecSchema, issue));
  if (issues.length > 0 || !parsed.success) {
    const listed = issues.map(({ path, message, fix }) => `${dotted(path)}: ${message}. ${fix}`);
    throw userError('study-invalid', `the study is not valid:\n${listed.join('\n')}`);
  }
  return { spec: parsed.data, source: JSON.stringify(input), folder: resolve(folder) };
}
