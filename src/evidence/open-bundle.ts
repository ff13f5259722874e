import { existsSync, statSync } from 'node:fs';
import type { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { messageOf, userError } from '../base/errors.ts';
import { type Json, parseJson } from '../base/json.ts';
import type { LedgerEvent } from '../store/types.ts';
import {
  type BundledStep,
  bundledEventSchema,
  bundledStepSchema,
  type BundleIndex,
  indexSchema,
  MEMBER,
  objectMember,
} from './bundle-format.ts';
import type { Reporter } from './finding.ts';
import { looksLikeTar, openTar, type Tar, type TarMember } from './tar.ts';

/** A bundle whose container was read; what did not hold has been reported, the rest is as found. */
export interface Bundle {
  readonly index: BundleIndex | undefined;
  /** sha256 of the index as found. */
  readonly root: string;
  readonly events: readonly LedgerEvent[];
  readonly steps: readonly BundledStep[];
  /** Content of a member; undefined when the bundle lacks it. */
  member(name: string): Uint8Array | undefined;
  text(name: string): string | undefined;
  /** Content of the member with this sha256, whatever its name. */
  object(digest: string): Uint8Array | undefined;
  hasObject(digest: string): boolean;
  close(): void;
}

/**
 * Opens a bundle and checks its container: every byte of the file belongs to a member, a header or
 * padding of the one allowed form, every member is in the index with its size and sha256, and
 * nothing else is there. User error `not-a-bundle` when the file is something else altogether.
 */
export function openBundle(path: string, reporter: Reporter): Bundle {
  if (!existsSync(path) || !statSync(path).isFile() || !looksLikeTar(path, MEMBER.index)) {
    throw userError(
      'not-a-bundle',
      `${path} is not a bundle of evidence`,
      '`informant bundle STUDY --out FILE` writes one.',
    );
  }
  const tar = openTar(path);
  for (const problem of tar.problems) reporter.report(problem);
  const byName = new Map<string, TarMember>();
  for (const member of tar.members) {
    if (byName.has(member.name))
      reporter.report({ member: member.name, message: 'it occurs twice' });
    byName.set(member.name, member);
  }
  const member = (name: string): Uint8Array | undefined => {
    const found = byName.get(name);
    return found && tar.read(found);
  };
  const text = (name: string): string | undefined => {
    const bytes = member(name);
    return bytes && new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  };
  const indexText = text(MEMBER.index) ?? '';
  const root = sha256(member(MEMBER.index) ?? '');
  const index = readIndex(indexText, reporter);
  const byDigest = checkMembers(tar, index, reporter);
  if (text(MEMBER.root) !== `${root}\n`) {
    reporter.report({
      member: MEMBER.root,
      message: 'it is not the sha256 of the index',
      expected: root,
      found: text(MEMBER.root)?.trimEnd() ?? 'nothing',
    });
  }
  return {
    index,
    root,
    events: readLines(text(MEMBER.ledger), MEMBER.ledger, bundledEventSchema, reporter),
    steps: readLines(text(MEMBER.steps), MEMBER.steps, bundledStepSchema, reporter),
    member,
    text,
    object: (digest) => {
      const found = byDigest.get(digest) ?? byName.get(objectMember(digest));
      return found && tar.read(found);
    },
    hasObject: (digest) => byDigest.has(digest) || byName.has(objectMember(digest)),
    close: () => tar.close(),
  };
}

function readIndex(text: string, reporter: Reporter): BundleIndex | undefined {
  try {
    const index = indexSchema.parse(parseJson(text));
    if (canonicalJson(index) !== text) {
      reporter.report({ member: MEMBER.index, message: 'it is not canonical JSON' });
    }
    return index;
  } catch (error) {
    reporter.report({
      member: MEMBER.index,
      message: `the index cannot be read: ${messageOf(error)}`,
    });
    return undefined;
  }
}

/** Compares members with the index; returns them by the sha256 they really have. */
function checkMembers(
  tar: Tar,
  index: BundleIndex | undefined,
  reporter: Reporter,
): ReadonlyMap<string, TarMember> {
  const byDigest = new Map<string, TarMember>();
  const listed = new Map(index?.members.map((entry) => [entry.name, entry]));
  const unlisted = new Set<string>([MEMBER.index, MEMBER.signature, MEMBER.root]);
  const order = tar.members.map(({ name }) => name).filter((name) => !unlisted.has(name));
  const expectedOrder = index?.members.map(({ name }) => name) ?? order;
  if (order.join('\n') !== expectedOrder.join('\n')) {
    reporter.report({
      member: MEMBER.index,
      message: 'members do not stand in the order it gives',
    });
  }
  for (const member of tar.members) {
    reporter.checked();
    const digest = tar.digest(member);
    byDigest.set(digest, member);
    const entry = listed.get(member.name);
    listed.delete(member.name);
    if (entry === undefined) {
      if (!unlisted.has(member.name)) {
        reporter.report({ member: member.name, message: 'the index does not know it' });
      }
      continue;
    }
    if (entry.sha256 !== digest) {
      const [expected, found] = [entry.sha256, digest];
      reporter.report({ member: member.name, message: 'its content was changed', expected, found });
    }
    if (entry.bytes !== member.bytes) {
      const [expected, found] = [String(entry.bytes), String(member.bytes)];
      reporter.report({ member: member.name, message: 'its size was changed', expected, found });
    }
    if (member.name.startsWith('objects/') && member.name !== objectMember(digest)) {
      const [expected, found] = [member.name.slice('objects/'.length), digest];
      reporter.report({
        member: member.name,
        message: 'its name is not its sha256',
        expected,
        found,
      });
    }
  }
  for (const name of listed.keys()) {
    reporter.report({ member: name, message: 'the index lists it, but it is missing' });
  }
  return byDigest;
}

function readLines<T extends Json>(
  text: string | undefined,
  member: string,
  schema: z.ZodType<T>,
  reporter: Reporter,
): T[] {
  const lines = (text ?? '').split('\n');
  if (lines.pop() !== '') reporter.report({ member, message: 'it does not end with a line feed' });
  return lines.flatMap((line, i) => {
    const row = `line ${i + 1}`;
    try {
      const parsed = schema.parse(parseJson(line));
      if (canonicalJson(parsed) !== line) {
        reporter.report({ member, row, message: 'it is not canonical JSON' });
      }
      return [parsed];
    } catch (error) {
      reporter.report({ member, row, message: `it cannot be read: ${messageOf(error)}` });
      return [];
    }
  });
}
