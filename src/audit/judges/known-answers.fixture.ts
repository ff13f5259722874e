import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../base/package-root.ts';
import { type KnownAnswerSet, knownAnswersSchema } from './known-answers.ts';
import { type Rubric, rubricSchema } from './rubric.ts';

const data = (name: string): unknown =>
  parse(readFileSync(join(packageRoot(), 'data', name), 'utf8'));

/** The known answers and the rubric that ship with the package. */
export const shippedAnswers: KnownAnswerSet = knownAnswersSchema.parse(data('known-answers.yaml'));
export const shippedRubric: Rubric = rubricSchema.parse(data('rubrics/self-report.yaml'));
