import { z } from 'zod';
import { sha256 } from '../../base/digest.ts';
import { verifyChain } from '../../store/ledger.ts';
import { inputsInForce } from '../../study/recorded-inputs.ts';
import { registrationDigest, registrationSchema } from '../../study/registration.ts';
import { PREREGISTERED } from '../../study/registration-standing.ts';
import { lastVerdict } from '../../study/verdict-ledger.ts';
import { MEMBER } from '../bundle-format.ts';
import type { Reporter } from '../finding.ts';
import type { CheckContext } from './check-context.ts';

const registeredSchema = z.object({ registration: z.string(), registered: registrationSchema });

/**
 * The chain of events holds from the first to the head the index names; registrations have the
 * digests they claim; the last verdict, its plan and the study file are those in the bundle.
 */
export function checkLedger({ bundle, store, manifest }: CheckContext, reporter: Reporter): void {
  const { events, index } = bundle;
  reporter.checked(events.length);
  const member = MEMBER.ledger;
  const chain = verifyChain(events);
  if (!chain.ok) reporter.report({ member, row: `event ${chain.seq}`, message: chain.reason });
  compare(member, 'its last event', index?.ledgerHead, events.at(-1)?.hash);
  const studies = new Set([manifest.study, ...events.map(({ study }) => study)]);
  compare(member, 'the study it is about', index?.study, [...studies].join(', '));
  for (const { type, seq, data } of events) {
    if (type !== PREREGISTERED) continue;
    const parsed = registeredSchema.safeParse(data);
    const row = `event ${seq}`;
    if (!parsed.success) reporter.report({ member, row, message: 'it is no registration' });
    else {
      const { registration, registered } = parsed.data;
      compare(
        member,
        `the registration of event ${seq}`,
        registration,
        registrationDigest(registered),
      );
    }
  }
  const recorded = lastVerdict(store, manifest.study);
  const found = (name: string): string => sha256(bundle.member(name) ?? '');
  compare(
    MEMBER.verdict,
    'the verdict the ledger recorded last',
    recorded?.verdict,
    found(MEMBER.verdict),
  );
  compare(MEMBER.manifest, 'the plan of that verdict', recorded?.manifest, found(MEMBER.manifest));
  compare(
    MEMBER.study,
    'the study file it was given',
    inputsInForce(events)?.studyFile,
    found(MEMBER.study),
  );

  function compare(
    where: string,
    what: string,
    expected: string | undefined,
    actual: string | undefined,
  ): void {
    if (expected !== undefined && expected === actual) return;
    reporter.report({
      member: where,
      message: `it is not ${what}`,
      expected: expected ?? 'nothing recorded',
      found: actual ?? 'nothing',
    });
  }
}
