import { type AuditSample, readAuditSamples } from '../artifacts/audit-samples.ts';
import type { AuditName } from '../audit/roster.ts';
import { workError } from '../base/errors.ts';
import type { Store } from '../store/open-store.ts';
import type { Artifact } from '../store/types.ts';
import type { AuditKeys } from './manifest.ts';

/** The part of a store that a verdict is computed from. */
export interface ResultStore {
  readonly steps: Pick<Store['steps'], 'find'>;
  readonly artifacts: Pick<Store['artifacts'], 'get'>;
  readonly objects: Store['objects'];
  readonly ledger: Pick<Store['ledger'], 'list' | 'ofType'>;
}

/** Finished results of a study, read once each. */
export interface Results {
  /** Artifact of a step; a work error when the step is not done. */
  artifact(key: string): Artifact;
  /** Samples of one audit of one model; empty when the study does not run that audit. */
  samples(audits: AuditKeys, audit: AuditName): readonly AuditSample[];
}

/** Reads results by step key; every object's digest is checked as it is read. */
export function openResults(store: ResultStore): Results {
  const artifacts = new Map<string, Artifact>();
  const samples = new Map<string, readonly AuditSample[]>();
  const artifact = (key: string): Artifact => {
    const found = artifacts.get(key) ?? readArtifact(store, key);
    artifacts.set(key, found);
    return found;
  };
  return {
    artifact,
    samples: (audits, audit) => {
      const key = audits[audit];
      if (key === undefined) return [];
      const found = samples.get(key) ?? readAuditSamples(artifact(key), store.objects);
      samples.set(key, found);
      return found;
    },
  };
}

function readArtifact(store: ResultStore, key: string): Artifact {
  const row = store.steps.find(key);
  if (row?.artifact == null) {
    throw workError(
      'results-missing',
      `step ${row?.title ?? key} is not done`,
      'Run the study to the end first: `informant run <study.yaml>`.',
    );
  }
  return store.artifacts.get(row.artifact);
}
