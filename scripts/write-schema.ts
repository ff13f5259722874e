import { writeFileAtomic } from '../src/base/files.ts';
import { studyJsonSchema } from '../src/study/json-schema.ts';

/** `npm run schema`: writes the JSON Schema of study files, which editors use to complete them. */
writeFileAtomic('docs/study.schema.json', `${JSON.stringify(studyJsonSchema(), null, 2)}\n`);
