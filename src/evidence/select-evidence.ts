import { statSync } from 'node:fs';
import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { userError, workError } from '../base/errors.ts';
import type { Store } from '../store/open-store.ts';
import { inputsInForce } from '../study/recorded-inputs.ts';
import { lastVerdict, readManifest } from '../study/verdict-ledger.ts';
import { isHeavy, MEMBER, objectMember } from './bundle-format.ts';
import type { TarSource } from './tar.ts';

/** Where the evidence of a study is taken from. */
export type EvidenceStore = Pick<Store, 'ledger' | 'steps' | 'artifacts' | 'objects' | 'dir'>;

/** Members of a bundle but for its index, in order, and how many files were left out. */
export interface Evidence {
  readonly members: readonly TarSource[];
  readonly ledgerHead: string;
  /** Objects that stand in the bundle by their digest alone. */
  readonly omitted: number;
}

/**
 * Everything the last verdict of a study rests on. User error `no-verdict` when there is none,
 * work errors when the store is not whole.
 */
export function selectEvidence(
  store: EvidenceStore,
  study: string,
  options: { readonly weights: boolean },
): Evidence {
  const recorded = lastVerdict(store, study);
  const events = store.ledger.list(study);
  const inputs = inputsInForce(events);
  if (recorded === undefined || inputs === undefined) {
    throw userError(
      'no-verdict',
      `study ${study} has no verdict in ${store.dir}`,
      'Run it to the end first: `informant run <study.yaml>`.',
    );
  }
  const steps = readManifest(store, recorded.manifest).steps.map((key) => bundledStep(store, key));
  const objects = new Map<string, string>();
  let omitted = 0;
  for (const step of steps) {
    objects.set(step.artifact, 'artifact');
    const { kind, files } = store.artifacts.get(step.artifact);
    for (const [name, digest] of Object.entries(files)) {
      if (options.weights || !isHeavy(kind, name)) objects.set(digest, name);
      else omitted++;
    }
  }
  const named = [recorded.verdict, recorded.manifest, inputs.studyFile];
  for (const digest of ledgerObjects(events))
    if (store.objects.has(digest)) objects.set(digest, '');
  for (const digest of named) objects.delete(digest);
  const bytes = (digest: string): TarSource['content'] => store.objects.get(digest);
  const lines = (rows: readonly string[]): Uint8Array =>
    new TextEncoder().encode(rows.map((row) => `${row}\n`).join(''));
  return {
    ledgerHead: store.ledger.root(study),
    omitted,
    members: [
      { name: MEMBER.study, content: bytes(inputs.studyFile) },
      { name: MEMBER.manifest, content: bytes(recorded.manifest) },
      { name: MEMBER.verdict, content: bytes(recorded.verdict) },
      { name: MEMBER.ledger, content: lines(events.map((event) => canonicalJson({ ...event }))) },
      { name: MEMBER.steps, content: lines(steps.map((step) => canonicalJson(step))) },
      ...[...objects.keys()].toSorted().map((digest) => ({
        name: objectMember(digest),
        content: fileOf(store, digest),
      })),
    ],
  };
}

function bundledStep(store: EvidenceStore, key: string) {
  const row = store.steps.find(key);
  if (row?.artifact == null) {
    throw workError(
      'results-missing',
      `step ${row?.title ?? key} is not done`,
      'Run the study to the end again: `informant run <study.yaml>`.',
    );
  }
  const { name, version, stage, title, params, inputs, backend, consumed, artifact } = row;
  return { key, name, version, stage, title, params, inputs, backend, consumed, artifact };
}

/** Digests of the plans that events name and of the verdicts reached at looks. */
function ledgerObjects(events: ReturnType<EvidenceStore['ledger']['list']>): readonly string[] {
  const named = z.object({ manifest: z.string(), verdict: z.string().exactOptional() });
  return events.flatMap(({ data }) => {
    const parsed = named.safeParse(data);
    return parsed.success ? Object.values(parsed.data) : [];
  });
}

function fileOf(store: EvidenceStore, digest: string): TarSource['content'] {
  const path = store.objects.path(digest);
  return { path, bytes: statSync(path).size };
}
