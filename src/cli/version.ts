import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseJson } from '../base/json.ts';

const packageSchema = z.object({ name: z.literal('informant'), version: z.string() });

/** Version of this package, from the nearest package.json above this file (source or built). */
export function toolVersion(): string {
  for (const up of ['../../package.json', '../../../package.json']) {
    const path = new URL(up, import.meta.url);
    if (!existsSync(path)) continue;
    const parsed = packageSchema.safeParse(parseJson(readFileSync(path, 'utf8')));
    if (parsed.success) return parsed.data.version;
  }
  return 'unknown';
}
