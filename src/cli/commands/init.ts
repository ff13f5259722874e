import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { userError } from '../../base/errors.ts';
import { writeFileAtomic } from '../../base/files.ts';
import { studyJsonSchema } from '../../study/json-schema.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { SCHEMA_FILE, STUDY_TEMPLATE } from '../study-template.ts';

const STUDY_FILE = 'study.yaml';

/** Writes a commented study and its JSON schema. User error when either file is there already. */
export async function initCommand(io: CliIo, dir: string, flags: StudyFlags): Promise<void> {
  const folder = resolve(io.cwd, dir);
  const study = join(folder, STUDY_FILE);
  const schema = join(folder, SCHEMA_FILE);
  const taken = [study, schema].find((path) => existsSync(path));
  if (taken !== undefined) {
    throw userError(
      'file-exists',
      `${taken} exists already`,
      'Name another folder, or remove the file first.',
    );
  }
  writeFileAtomic(schema, `${JSON.stringify(studyJsonSchema(), null, 2)}\n`);
  writeFileAtomic(study, STUDY_TEMPLATE);
  if (flags.json) return print(io, JSON.stringify({ study, schema }));
  const shown = relative(io.cwd, study);
  print(io, `Wrote ${shown} and ${SCHEMA_FILE} beside it.\nNext: informant check ${shown}`);
}
