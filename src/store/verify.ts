import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { verifyChain } from './ledger.ts';
import { listObjectFiles, type ObjectFile } from './objects.ts';
import type { Store } from './open-store.ts';

/** Something wrong with a store. Only `leftover-file` is harmless: an unfinished write. */
export type StoreProblem =
  | { readonly kind: 'corrupt-object'; readonly digest: string; readonly path: string }
  | { readonly kind: 'missing-artifact'; readonly digest: string; readonly stepKey: string }
  | { readonly kind: 'bad-artifact'; readonly digest: string; readonly stepKey: string }
  | {
      readonly kind: 'missing-file';
      readonly digest: string;
      readonly name: string;
      readonly stepKey: string;
    }
  | {
      readonly kind: 'broken-ledger';
      readonly study: string;
      readonly seq: number;
      readonly reason: string;
    }
  | { readonly kind: 'database'; readonly detail: string }
  | { readonly kind: 'leftover-file'; readonly path: string };

/** What was checked and what was found. `ok` ignores leftover files. */
export interface VerifyReport {
  readonly ok: boolean;
  readonly objects: number;
  readonly bytes: number;
  readonly steps: number;
  readonly events: number;
  /** Last hash of each study's ledger, to be compared with the one its verdict quotes. */
  readonly roots: Readonly<Record<string, string>>;
  readonly problems: readonly StoreProblem[];
}

export interface VerifyProgress {
  readonly checkedObjects: number;
  readonly totalObjects: number;
  readonly bytes: number;
}

/** Reads the whole store again and compares everything with its digest. Changes nothing. */
export async function verifyStore(
  store: Store,
  options: { onProgress?: (progress: VerifyProgress) => void; signal?: AbortSignal } = {},
): Promise<VerifyReport> {
  const objects = await verifyObjects(listObjectFiles(store.dir), options);
  const corrupt = new Set(
    objects.problems.flatMap((problem) =>
      problem.kind === 'corrupt-object' ? problem.digest : [],
    ),
  );
  const steps = store.steps.list();
  const artifactProblems = steps.flatMap((step) =>
    step.artifact === null ? [] : verifyArtifact(store, step.key, step.artifact, corrupt),
  );
  const ledger = verifyLedger(store);
  const problems = [
    ...verifyDatabase(store),
    ...objects.problems,
    ...artifactProblems,
    ...ledger.problems,
  ];
  return {
    ok: problems.every((problem) => problem.kind === 'leftover-file'),
    objects: objects.count,
    bytes: objects.bytes,
    steps: steps.length,
    events: ledger.events,
    roots: ledger.roots,
    problems,
  };
}

async function verifyObjects(
  files: readonly ObjectFile[],
  options: { onProgress?: (progress: VerifyProgress) => void; signal?: AbortSignal },
): Promise<{ count: number; bytes: number; problems: StoreProblem[] }> {
  const problems: StoreProblem[] = [];
  const totalObjects = files.filter((file) => file.digest !== undefined).length;
  let count = 0;
  let bytes = 0;
  for (const { path, digest } of files) {
    options.signal?.throwIfAborted();
    if (digest === undefined) {
      problems.push({ kind: 'leftover-file', path });
      continue;
    }
    const read = await hashFile(path);
    if (read.digest !== digest) problems.push({ kind: 'corrupt-object', digest, path });
    count++;
    bytes += read.bytes;
    options.onProgress?.({ checkedObjects: count, totalObjects, bytes });
  }
  return { count, bytes, problems };
}

async function hashFile(path: string): Promise<{ digest: string; bytes: number }> {
  const hash = createHash('sha256');
  const stream = createReadStream(path);
  for await (const chunk of stream) hash.update(chunk);
  return { digest: hash.digest('hex'), bytes: stream.bytesRead };
}

function verifyArtifact(
  store: Store,
  stepKey: string,
  digest: string,
  corrupt: ReadonlySet<string>,
): StoreProblem[] {
  if (!store.objects.has(digest)) return [{ kind: 'missing-artifact', digest, stepKey }];
  if (corrupt.has(digest)) return [{ kind: 'bad-artifact', digest, stepKey }];
  try {
    return Object.entries(store.artifacts.get(digest).files).flatMap(([name, file]) =>
      store.objects.has(file) && !corrupt.has(file)
        ? []
        : [{ kind: 'missing-file' as const, digest: file, name, stepKey }],
    );
  } catch (error) {
    if (error instanceof AppError) return [{ kind: 'bad-artifact', digest, stepKey }];
    throw error;
  }
}

function verifyLedger(store: Store): {
  events: number;
  roots: Record<string, string>;
  problems: StoreProblem[];
} {
  const roots: Record<string, string> = {};
  const problems: StoreProblem[] = [];
  let count = 0;
  for (const study of store.ledger.studies()) {
    const events = store.ledger.list(study);
    const check = verifyChain(events);
    count += events.length;
    if (check.ok) roots[study] = check.root;
    else problems.push({ kind: 'broken-ledger', study, seq: check.seq, reason: check.reason });
  }
  return { events: count, roots, problems };
}

const integrityRow = z.object({ integrity_check: z.string() });

function verifyDatabase(store: Store): StoreProblem[] {
  return store.database
    .all(integrityRow, 'PRAGMA integrity_check')
    .filter((row) => row.integrity_check !== 'ok')
    .map((row) => ({ kind: 'database', detail: row.integrity_check }));
}
