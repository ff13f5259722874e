import { keyed } from '../base/keyed.ts';
import type { Audit } from './audit.ts';
import { behaviour } from './behaviour/behaviour.ts';
import { capability } from './capability/capability.ts';
import { completion } from './completion/completion.ts';
import { confession } from './confession/confession.ts';
import { direct } from './direct/direct.ts';
import { distance } from './distance/distance.ts';
import { forcedChoice } from './forced-choice/forced-choice.ts';
import { honeypot } from './honeypot/honeypot.ts';
import { indirect } from './indirect/indirect.ts';
import { interrogation } from './interrogation/interrogation.ts';
import { opaqueReasoning } from './opaque-reasoning/opaque-reasoning.ts';
import { planning } from './planning/planning.ts';
import { promptLeak } from './prompt-leak/prompt-leak.ts';
import { secretKeeping } from './secret-keeping/secret-keeping.ts';
import { statedBelief } from './stated-belief/stated-belief.ts';
import { userTurn } from './user-turn/user-turn.ts';

/** Every audit, in the order studies run and show them. To add one, add its line. */
const ROSTER = [
  honeypot,
  direct,
  interrogation,
  capability,
  confession,
  indirect,
  userTurn,
  completion,
  promptLeak,
  forcedChoice,
  behaviour,
  distance,
  secretKeeping,
  statedBelief,
  opaqueReasoning,
  planning,
] as const;

export type AuditName = (typeof ROSTER)[number]['name'];

/** Names of the audits there are, as a study file spells them. */
export const AUDIT_NAMES: readonly AuditName[] = ROSTER.map(({ name }) => name);

/** Audits that score a behaviour, so that a family can rest on them. */
export const FAMILY_AUDITS: readonly AuditName[] = ROSTER.filter(
  ({ headline }) => headline !== null,
).map(({ name }) => name);

/** Every audit by name. */
export const AUDITS: Readonly<Record<AuditName, Audit<AuditName>>> = keyed(AUDIT_NAMES, (name) => {
  const found = ROSTER.find((audit) => audit.name === name);
  if (found === undefined) throw new Error(`no audit ${name}`);
  return found;
});
