import { join, resolve } from 'node:path';
import { type KnownAnswerSet, knownAnswersSchema } from '../audit/judges/known-answers.ts';
import { type Rubric, rubricSchema } from '../audit/judges/rubric.ts';
import { packageRoot } from '../base/package-root.ts';
import { parseYaml, readTextFile } from './parse-yaml.ts';

/** A rubric file, relative to `folder`; the one that ships when none is named. */
export function readRubric(file: string | undefined, folder: string): Rubric {
  const path =
    file === undefined
      ? join(packageRoot(), 'data', 'rubrics', 'self-report.yaml')
      : resolve(folder, file);
  const hint = 'Give a rubric file, or leave `rubric` out for the one that ships.';
  const text = readTextFile(path, 'rubric', 'rubric-unreadable', hint);
  return parseYaml(text, path, { code: 'rubric-invalid', schema: rubricSchema });
}

/** A file of answers whose class is known, relative to `folder`; the one that ships when none is named. */
export function readKnownAnswers(
  file: string | undefined,
  folder: string,
  hint: string,
): KnownAnswerSet {
  const path =
    file === undefined ? join(packageRoot(), 'data', 'known-answers.yaml') : resolve(folder, file);
  const text = readTextFile(path, 'known answers', 'answers-unreadable', hint);
  return parseYaml(text, file ?? path, { code: 'answers-invalid', schema: knownAnswersSchema });
}
