import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from './json.ts';
import { packageRoot } from './package-root.ts';

const packageSchema = z.object({ name: z.literal('informant'), version: z.string() });

/** Version of this package. */
export function toolVersion(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8');
  return packageSchema.parse(parseJson(text)).version;
}
