import { z } from 'zod';
import { type AuditSample, auditSampleToJson } from '../artifacts/audit-samples.ts';
import { parseAuditSample } from '../artifacts/audit-samples.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { type Json, parseJson } from '../base/json.ts';
import { GENESIS_HASH, hashEvent } from '../store/ledger.ts';
import {
  bundledEventSchema,
  bundledStepSchema,
  indexSchema,
  MEMBER,
  objectMember,
} from './bundle-format.ts';
import { openTar, writeTar } from './tar.ts';

/** Members of a bundle by name, in order. */
export type Members = Map<string, string>;

/** Rewrites a bundle as a forger would who recomputes index and root after an edit. */
export function forgeBundle(path: string, out: string, edit: (members: Members) => void): void {
  const tar = openTar(path);
  const members: Members = new Map(
    tar.members.map((member) => [member.name, new TextDecoder().decode(tar.read(member))]),
  );
  tar.close();
  const index = indexSchema.parse(parseJson(members.get(MEMBER.index)!));
  for (const name of [MEMBER.index, MEMBER.root]) members.delete(name);
  edit(members);
  const lines = members.get(MEMBER.ledger)!.trimEnd().split('\n');
  const listed = [...members].map(([name, text]) => ({
    name,
    bytes: Buffer.byteLength(text),
    sha256: sha256(text),
  }));
  const ledgerHead = bundledEventSchema.parse(parseJson(lines.at(-1)!)).hash;
  const indexText = canonicalJson({ ...index, ledgerHead, members: listed });
  const all = [[MEMBER.index, indexText], ...members, [MEMBER.root, `${sha256(indexText)}\n`]];
  writeTar(
    out,
    all.map(([name = '', text]) => ({ name, content: new TextEncoder().encode(text) })),
  );
}

/** Puts another text in place of an object and renames it everywhere it is named. */
export function replaceObject(members: Members, digest: string, text: string): string {
  const renamed = sha256(text);
  const content = members.get(objectMember(digest));
  if (content === undefined) throw new Error(`no object ${digest}`);
  const entries = [...members].map(([name, old]): [string, string] =>
    name === objectMember(digest) ? [objectMember(renamed), text] : [name, old],
  );
  members.clear();
  for (const [name, old] of entries) {
    const isList = name === MEMBER.steps || name === MEMBER.ledger;
    members.set(name, isList ? old.replaceAll(digest, renamed) : old);
  }
  return renamed;
}

/** Changes the samples of one audit, with its artifact; the ledger's text follows, its hashes do not. */
export function forgeSamples(
  members: Members,
  title: string,
  change: (samples: AuditSample[]) => AuditSample[],
): void {
  const steps = members.get(MEMBER.steps)!.trimEnd().split('\n');
  const step = steps
    .map((line) => bundledStepSchema.parse(parseJson(line)))
    .find((candidate) => candidate.title === title);
  if (step === undefined) throw new Error(`no step ${title}`);
  const artifactSchema = z.object({
    kind: z.string(),
    meta: z.record(z.string(), z.json()),
    files: z.object({ samples: z.string() }).catchall(z.string()),
  });
  const artifact = artifactSchema.parse(parseJson(members.get(objectMember(step.artifact))!));
  const samples = z
    .array(z.json())
    .parse(parseJson(members.get(objectMember(artifact.files.samples))!));
  const changed: Json = change(samples.map((sample) => parseAuditSample(sample))).map(
    auditSampleToJson,
  );
  const file = replaceObject(members, artifact.files.samples, canonicalJson(changed));
  const files = { ...artifact.files, samples: file };
  replaceObject(members, step.artifact, canonicalJson({ ...artifact, files }));
}

/** Makes the chain of the ledger hold again after its events were changed. */
export function rechainLedger(members: Members): void {
  let previousHash = GENESIS_HASH;
  const lines = members
    .get(MEMBER.ledger)!
    .trimEnd()
    .split('\n')
    .map((line) => {
      const event = { ...bundledEventSchema.parse(parseJson(line)), previousHash };
      previousHash = hashEvent(event);
      return canonicalJson({ ...event, hash: previousHash });
    });
  members.set(MEMBER.ledger, lines.map((line) => `${line}\n`).join(''));
}
