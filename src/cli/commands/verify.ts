import { resolve } from 'node:path';
import { EXIT } from '../../base/errors.ts';
import { visibleText } from '../../base/visible-text.ts';
import type { Finding } from '../../evidence/finding.ts';
import { type Verification, verifyBundle } from '../../evidence/verify-bundle.ts';
import type { VerifyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';

/** Findings shown before the rest is only counted; `--json` has them all. */
const SHOWN = 20;

/** Checks a bundle offline; exit code 1 when anything does not hold. */
export async function verifyCommand(io: CliIo, file: string, flags: VerifyFlags): Promise<number> {
  const result = await verifyBundle(resolve(io.cwd, file), {
    ...(flags.key !== undefined && { key: resolve(io.cwd, flags.key) }),
    ...(flags.expect !== undefined && { expect: flags.expect }),
  });
  print(io, flags.json ? JSON.stringify(result) : verificationText(result));
  return result.ok ? EXIT.done : EXIT.failedWork;
}

function verificationText(result: Verification): string {
  const { findings, checks } = result;
  const more = findings.length - SHOWN;
  return [
    ...checks.map(({ name, ok, checked }) => `${ok ? '✓' : '✗'} ${name} (${checked} checked)`),
    ...findings.slice(0, SHOWN).map((finding) => visibleText(findingText(finding))),
    ...(more > 0 ? [`and ${more} more; --json lists them all`] : []),
    '',
    visibleText(`${result.study ?? 'study unknown'}: ${result.outcome ?? 'no verdict'}`),
    visibleText(result.headline ?? ''),
    `root ${result.root}`,
    `ledger root ${result.ledgerRoot ?? 'unknown'}, head ${result.ledgerHead ?? 'unknown'}`,
    `verdict ${result.verdictDigest ?? 'unknown'}`,
    result.signedBy === null ? 'not signed' : `signed by key ${result.signedBy}`,
    ...(result.weights === 'by digest'
      ? [
          'Weights and distributions stand in it by digest; training and sampling were not done again.',
        ]
      : []),
    result.ok
      ? 'Everything holds. Whoever can rewrite a store can write a bundle that holds: compare root, ledger root or verdict with ones you got elsewhere, or check a signature (--expect, --key).'
      : `${findings.length} ${findings.length === 1 ? 'thing does' : 'things do'} not hold.`,
  ].join('\n');
}

function findingText({ check, member, row, message, expected, found }: Finding): string {
  const where = row === undefined ? member : `${member}, ${row}`;
  const values =
    expected === undefined ? '' : ` (expected ${expected}, found ${found ?? 'nothing'})`;
  return `${check}: ${where}: ${message}${values}`;
}
