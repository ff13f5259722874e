import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditEntry, auditEntrySchema } from '../audit/agent/audit-entry.ts';
import { type AuditRecord, auditRecordSchema } from '../audit/agent/audit-record.ts';
import { workError } from '../base/errors.ts';
import { followJsonLines, type GrowingLines } from '../base/json-lines.ts';
import { createLru } from '../base/lru.ts';

/** Ending of the folders `informant investigate` writes. */
const SUFFIX = '.investigation';
/** Of each file; they are read at once. */
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
    .filter((name) => existsSync(filesOf(folder, name)[0]))
    .toSorted();
}

interface Followed {
  readonly records: GrowingLines<AuditRecord>;
  readonly entries: GrowingLines<AuditEntry>;
}

/** By file of transcripts. */
const followed = createLru<string, Followed>(KEPT_FILES);

/** Changes whenever an investigation in a folder does, or one comes or goes; never throws. */
export function investigationsState(folder: string): string {
  try {
    return investigationNames(folder)
      .map((name) => `${name} ${filesOf(folder, name).map(stateOf).join(' ')}`)
      .join('\n');
  } catch {
    // Who asks for an investigation is told why it cannot be read.
    return 'unreadable';
  }
}

/**
 * The audits of an investigation, in the order they ended; undefined for names `investigationNames`
 * does not give. Work error `too-large` for a file over the limit. The files are not changed.
 */
export function readInvestigation(folder: string, name: string): RecordedInvestigation | undefined {
  if (!investigationNames(folder).includes(name)) return undefined;
  const [file, entriesFile] = filesOf(folder, name);
  for (const path of [file, entriesFile]) {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= MAX_FILE_BYTES) continue;
    throw workError(
      'too-large',
      `${path} holds more than ${MAX_FILE_BYTES} bytes and is not shown`,
      'It is one audit a line; cut it into files of their own to look at them.',
    );
  }
  const { records, entries } = followed.getOrMake(file, () => ({
    records: followJsonLines(file, auditRecordSchema),
    entries: followJsonLines(entriesFile, auditEntrySchema),
  }));
  const scored = existsSync(entriesFile) ? entries.read() : new Map<string, AuditEntry>();
  const audits = [...records.read()].map(([key, record]) => ({
    key,
    record,
    entry: scored.get(key),
  }));
  return { file, audits };
}

/** Transcripts, and which audit each belongs to. */
function filesOf(folder: string, name: string): readonly [string, string] {
  const own = join(folder, `${name}${SUFFIX}`);
  return [join(own, 'transcripts.jsonl'), join(own, 'audits.jsonl')];
}

function stateOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 'none' : `${found.size} ${found.mtimeMs}`;
}
