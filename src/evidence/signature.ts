import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { messageOf, userError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';

const signatureSchema = z.strictObject({
  algorithm: z.literal('ed25519'),
  /** SubjectPublicKeyInfo, base64. */
  publicKey: z.string(),
  signature: z.string(),
});

/** What a signature member says, once it has been checked. */
export type SignatureCheck =
  | { readonly ok: true; readonly fingerprint: string }
  | { readonly ok: false; readonly reason: string };

/** The signature member for a root: ed25519 (RFC 8032) over a line that names format and root. */
export function signRoot(root: string, keyFile: string): string {
  const key = readKey(keyFile, createPrivateKey);
  const publicKey = publicBytes(createPublicKey(key));
  const signature = sign(null, signedText(root), key).toString('base64');
  return canonicalJson({
    algorithm: 'ed25519',
    publicKey: publicKey.toString('base64'),
    signature,
  });
}

/** Checks a signature member; with `keyFile` it must be that key's. */
export function checkSignature(text: string, root: string, keyFile?: string): SignatureCheck {
  const wanted = keyFile === undefined ? undefined : publicBytes(readKey(keyFile, createPublicKey));
  try {
    const member = signatureSchema.parse(parseJson(text));
    if (canonicalJson(member) !== text) return { ok: false, reason: 'it is not canonical JSON' };
    const spki = Buffer.from(member.publicKey, 'base64');
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    const signature = Buffer.from(member.signature, 'base64');
    // Base64 has spare bits: other text may stand for the same bytes.
    const exact =
      spki.toString('base64') === member.publicKey &&
      signature.toString('base64') === member.signature;
    if (
      !exact ||
      key.asymmetricKeyType !== 'ed25519' ||
      !verify(null, signedText(root), key, signature)
    ) {
      return { ok: false, reason: 'it does not sign this root' };
    }
    if (wanted !== undefined && !wanted.equals(publicBytes(key))) {
      return { ok: false, reason: `it was made with another key, ${fingerprint(key)}` };
    }
    return { ok: true, fingerprint: fingerprint(key) };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}

function signedText(root: string): Buffer {
  return Buffer.from(`informant bundle 1\n${root}\n`);
}

function publicBytes(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' });
}

/** sha256 of the public key, to be compared by people. */
function fingerprint(key: KeyObject): string {
  return sha256(publicBytes(key));
}

function readKey(path: string, parse: (pem: string) => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  let reason = 'it is no ed25519 key';
  try {
    key = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    reason = messageOf(error);
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw userError(
    'key-unreadable',
    `cannot use the key ${path}: ${reason}`,
    'Make one with `openssl genpkey -algorithm ed25519 -out key.pem`; `openssl pkey -in key.pem -pubout` gives its public half.',
  );
}
