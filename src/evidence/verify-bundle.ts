import { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import type { Step } from '../run/step.ts';
import { type Manifest, manifestSchema } from '../study/manifest.ts';
import { MEMBER } from './bundle-format.ts';
import { bundleStore } from './bundle-store.ts';
import { checkArtifacts } from './checks/check-artifacts.ts';
import { checkCompletions } from './checks/check-completions.ts';
import type { CheckContext } from './checks/check-context.ts';
import { checkJudged } from './checks/check-judged.ts';
import { checkKeys } from './checks/check-keys.ts';
import { checkLedger } from './checks/check-ledger.ts';
import { checkPlan } from './checks/check-plan.ts';
import { checkPureSteps } from './checks/check-pure-steps.ts';
import { checkScores } from './checks/check-scores.ts';
import { checkVerdict } from './checks/check-verdict.ts';
import { type CheckName, CHECKS, type Finding, type Reporter } from './finding.ts';
import { type Bundle, openBundle } from './open-bundle.ts';
import { checkSignature } from './signature.ts';

/** What a verification found. */
export interface Verification {
  readonly ok: boolean;
  readonly study: string | null;
  /** As recorded; `ok` says whether the rows give it. */
  readonly outcome: string | null;
  readonly headline: string | null;
  /** Figures to compare with ones known from elsewhere, such as the printed report. */
  readonly root: string;
  readonly ledgerHead: string | null;
  readonly ledgerRoot: string | null;
  readonly verdictDigest: string | null;
  /** Fingerprint of the key that signed it; null: not signed, or not validly. */
  readonly signedBy: string | null;
  readonly weights: 'included' | 'by digest' | null;
  readonly checks: readonly {
    readonly name: CheckName;
    readonly ok: boolean;
    readonly checked: number;
  }[];
  readonly findings: readonly Finding[];
}

export interface VerifyOptions {
  /** Public key file: the bundle must be signed by it. */
  readonly key?: string;
  /** Root, ledger root, ledger head or verdict digest known from elsewhere. */
  readonly expect?: string;
  /** Stop after container and signature: whether the file is as it was written, nothing more. */
  readonly containerOnly?: boolean;
}

const verdictSchema = z.object({
  outcome: z.string(),
  headline: z.string(),
  ledgerRoot: z.string(),
});

/**
 * Checks a bundle by itself: no store, no model, no network. Everything that does not hold is a
 * finding with its member and row; nothing found in the file can make it throw. User errors:
 * `not-a-bundle`, and `key-unreadable` for the key.
 */
export async function verifyBundle(
  path: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const findings: Finding[] = [];
  const counts = new Map<CheckName, number>();
  const reporterOf = (check: CheckName): Reporter => ({
    report: (finding) => findings.push({ check, ...finding }),
    checked: (count = 1) => counts.set(check, (counts.get(check) ?? 0) + count),
  });
  const bundle = openBundle(path, reporterOf('container'));
  try {
    const signedBy = signer(bundle, options.key, reporterOf('signature'));
    const verdict = read(bundle, MEMBER.verdict, verdictSchema, reporterOf('verdict'));
    const manifest = read(bundle, MEMBER.manifest, manifestSchema, reporterOf('plan'));
    if (manifest !== undefined && options.containerOnly !== true) {
      await runChecks(bundle, manifest, reporterOf);
    }
    const known = {
      root: bundle.root,
      ledgerHead: bundle.events.at(-1)?.hash ?? null,
      ledgerRoot: verdict?.ledgerRoot ?? null,
      verdictDigest:
        bundle.index?.members.find(({ name }) => name === MEMBER.verdict)?.sha256 ?? null,
    };
    const { expect } = options;
    if (expect !== undefined && !Object.values(known).includes(expect.toLowerCase())) {
      reporterOf('container').report({
        member: MEMBER.root,
        message: 'it is not the bundle that was expected: neither root, ledger nor verdict is',
        expected: expect,
        found: bundle.root,
      });
    }
    return {
      ok: findings.length === 0,
      study: bundle.index?.study ?? null,
      outcome: verdict?.outcome ?? null,
      headline: verdict?.headline ?? null,
      ...known,
      signedBy,
      weights: bundle.index?.weights ?? null,
      checks: CHECKS.map((name) => ({
        name,
        ok: findings.every(({ check }) => check !== name),
        checked: counts.get(name) ?? 0,
      })),
      findings,
    };
  } finally {
    bundle.close();
  }
}

async function runChecks(
  bundle: Bundle,
  manifest: Manifest,
  reporterOf: (check: CheckName) => Reporter,
): Promise<void> {
  const context: CheckContext = { bundle, store: bundleStore(bundle), manifest };
  let steps: readonly Step[] = [];
  const checks: readonly (readonly [CheckName, (reporter: Reporter) => void | Promise<void>])[] = [
    ['ledger', (reporter) => checkLedger(context, reporter)],
    ['keys', (reporter) => checkKeys(context, reporter)],
    ['artifacts', (reporter) => checkArtifacts(context, reporter)],
    [
      'plan',
      async (reporter) => {
        steps = await checkPlan(context, reporter);
      },
    ],
    ['pure steps', (reporter) => checkPureSteps(context, steps, reporter)],
    ['completions', (reporter) => checkCompletions(context, reporter)],
    [
      'scores',
      (reporter) => {
        checkScores(context, reporter);
        checkJudged(context, reporter);
      },
    ],
    ['verdict', (reporter) => checkVerdict(context, reporter)],
  ];
  for (const [name, check] of checks) {
    const reporter = reporterOf(name);
    try {
      await check(reporter);
    } catch (error) {
      // A damaged bundle may break a check anywhere; that it broke is what there is to say.
      reporter.report({
        member: MEMBER.steps,
        message: `this could not be checked: ${messageOf(error)}`,
      });
    }
  }
}

function signer(bundle: Bundle, key: string | undefined, reporter: Reporter): string | null {
  const member = MEMBER.signature;
  const text = bundle.text(member);
  if (text === undefined) {
    if (key !== undefined) reporter.report({ member, message: 'the bundle is not signed' });
    return null;
  }
  reporter.checked();
  const checked = checkSignature(text, bundle.root, key);
  if (checked.ok) return checked.fingerprint;
  reporter.report({ member, message: `the signature does not hold: ${checked.reason}` });
  return null;
}

function read<T>(
  bundle: Bundle,
  member: string,
  schema: z.ZodType<T>,
  reporter: Reporter,
): T | undefined {
  try {
    return schema.parse(parseJson(bundle.text(member) ?? ''));
  } catch (error) {
    reporter.report({ member, message: `it cannot be read: ${messageOf(error)}` });
    return undefined;
  }
}
