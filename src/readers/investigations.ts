import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditEntry, auditEntrySchema } from '../audit/agent/audit-entry.ts';
import { type AuditRecord, auditRecordSchema } from '../audit/agent/audit-record.ts';
import { workError } from '../base/errors.ts';
import { readJsonLines } from '../base/json-lines.ts';
import { createLru } from '../base/lru.ts';

/** Ending of the folders `informant investigate` writes. */
const SUFFIX = '.investigation';
/** Of the file of transcripts; it is read at once. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;
const KEPT_FILES = 4;

/** One blind audit; `entry` is absent until it was scored once. */
export interface RecordedAudit {
  readonly key: string;
  readonly record: AuditRecord;
  readonly entry: AuditEntry | undefined;
}

/** An investigation as it lies on disk. */
export interface RecordedInvestigation {
  /** File of the transcripts. */
  readonly file: string;
  readonly audits: readonly RecordedAudit[];
}

/** Names of the investigations in a folder, in order. */
export function investigationNames(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((found) => found.isDirectory() && found.name.endsWith(SUFFIX))
    .map(({ name }) => name.slice(0, -SUFFIX.length))
    .filter((name) => existsSync(fileOf(folder, name)))
    .toSorted();
}

const kept = createLru<string, RecordedInvestigation>(KEPT_FILES);

/**
 * The audits of an investigation, in the order they ended; undefined for names `investigationNames`
 * does not give. Work error `too-large` for a file over the limit. The files are not changed.
 */
export function readInvestigation(folder: string, name: string): RecordedInvestigation | undefined {
  if (!investigationNames(folder).includes(name)) return undefined;
  const file = fileOf(folder, name);
  const entriesFile = join(folder, `${name}${SUFFIX}`, 'audits.jsonl');
  const { size } = statSync(file);
  if (size > MAX_FILE_BYTES) {
    throw workError(
      'too-large',
      `${file} holds more than ${MAX_FILE_BYTES} bytes and is not shown`,
      'It is one audit a line; cut it into files of their own to look at them.',
    );
  }
  const state = [file, ...[file, entriesFile].map(stateOf)].join();
  const before = kept.get(state);
  if (before !== undefined) return before;
  const entries = existsSync(entriesFile)
    ? readJsonLines(entriesFile, auditEntrySchema)
    : new Map<string, AuditEntry>();
  const audits = [...readJsonLines(file, auditRecordSchema)].map(([key, record]) => ({
    key,
    record,
    entry: entries.get(key),
  }));
  const read = { file, audits };
  kept.set(state, read);
  return read;
}

function fileOf(folder: string, name: string): string {
  return join(folder, `${name}${SUFFIX}`, 'transcripts.jsonl');
}

function stateOf(path: string): string {
  if (!existsSync(path)) return 'none';
  const { size, mtimeMs } = statSync(path);
  return `${size} ${mtimeMs}`;
}
