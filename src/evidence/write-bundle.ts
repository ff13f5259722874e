import { statSync } from 'node:fs';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { toolVersion } from '../base/tool-version.ts';
import { sha256File } from '../model/open-model.ts';
import { MEMBER } from './bundle-format.ts';
import { type EvidenceStore, selectEvidence } from './select-evidence.ts';
import { signRoot } from './signature.ts';
import { type TarSource, writeTar } from './tar.ts';

/** What was written. */
export interface WrittenBundle {
  readonly path: string;
  /** sha256 of the index, which holds the sha256 of every member. */
  readonly root: string;
  readonly members: number;
  readonly bytes: number;
  /** Objects that stand in it by their digest alone. */
  readonly omitted: number;
  readonly signed: boolean;
}

/**
 * Writes the evidence of a study's last verdict into one file. The same store gives the same bytes.
 * Raises what `selectEvidence` raises, and a user error for a key that cannot sign.
 */
export async function writeBundle(
  store: EvidenceStore,
  study: string,
  path: string,
  options: { readonly weights?: boolean; readonly signWith?: string } = {},
): Promise<WrittenBundle> {
  const weights = options.weights === true;
  const { members, ledgerHead, omitted } = selectEvidence(store, study, { weights });
  const listed = [];
  for (const { name, content } of members) {
    listed.push(
      content instanceof Uint8Array
        ? { name, bytes: content.byteLength, sha256: sha256(content) }
        : { name, bytes: content.bytes, sha256: await sha256File(content.path) },
    );
  }
  const index = canonicalJson({
    format: 1,
    study,
    informant: toolVersion(),
    ledgerHead,
    weights: weights ? 'included' : 'by digest',
    members: listed,
  });
  const root = sha256(index);
  const { signWith } = options;
  writeTar(path, [
    text(MEMBER.index, index),
    ...members,
    ...(signWith === undefined ? [] : [text(MEMBER.signature, signRoot(root, signWith))]),
    text(MEMBER.root, `${root}\n`),
  ]);
  return {
    path,
    root,
    members: members.length,
    bytes: statSync(path).size,
    omitted,
    signed: signWith !== undefined,
  };
}

function text(name: string, content: string): TarSource {
  return { name, content: new TextEncoder().encode(content) };
}
