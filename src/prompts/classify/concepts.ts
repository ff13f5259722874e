import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../base/json.ts';
import { packageRoot } from '../../base/package-root.ts';

/** Words and phrases that are about one thing. */
export interface Concept {
  readonly name: string;
  /** Finds one of them in words parted by single spaces, with a space at either end. */
  readonly pattern: RegExp;
}

/**
 * Reads `data/prompt-concepts.json`: phrases by what they are about, in the form of `plainWords`. A
 * word ends in `*` where any ending will do; ` _ ` is one word or none. Alone none of them says
 * much: a spy story deceives, a server is monitored, a process is killed. What they say together is
 * learned (`scripts/fit-prompt-classifier.ts`).
 */
export function readConcepts(): readonly Concept[] {
  const path = join(packageRoot(), 'data', 'prompt-concepts.json');
  const phrases = z
    .record(z.string(), z.array(z.string()).min(1))
    .parse(parseJson(readFileSync(path, 'utf8')));
  return Object.entries(phrases).map(([name, its]) => ({
    name,
    pattern: new RegExp(`(?<= )(?:${its.map(phrasePattern).join('|')})(?= )`, 'u'),
  }));
}

function phrasePattern(phrase: string): string {
  return phrase.replaceAll(' _ ', '(?: \\S+)? ').replaceAll(/(?<=\p{L})\*/gu, '\\p{L}*');
}
