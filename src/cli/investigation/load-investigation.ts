import { basename, dirname, join, resolve } from 'node:path';
import { parseYaml, readTextFile } from '../../study/parse-yaml.ts';
import type { CliIo } from '../io.ts';
import { INVESTIGATION, type InvestigationSpec } from './investigation-spec.ts';

/** An investigation file, and where what it names and what it makes lies. */
export interface LoadedInvestigation {
  readonly spec: InvestigationSpec;
  readonly folder: string;
  /** Where transcripts and scores are kept unless told otherwise. */
  readonly outDir: string;
}

/** Reads an investigation file; user errors show file, line, key and fix. */
export function loadInvestigation(io: CliIo, argument: string): LoadedInvestigation {
  const path = resolve(io.cwd, argument);
  const hint = 'Give the path of an investigation file, like examples/investigations/pocket.yaml.';
  const text = readTextFile(path, 'investigation file', 'investigation-unreadable', hint);
  const folder = dirname(path);
  const name = basename(path).replace(/\.ya?ml$/iu, '');
  return {
    spec: parseYaml(text, argument, INVESTIGATION),
    folder,
    outDir: join(folder, `${name}.investigation`),
  };
}
