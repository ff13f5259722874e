import type { Audit, AuditName } from './audit.ts';
import { capability } from './capability/capability.ts';
import { direct } from './direct/direct.ts';
import { honeypot } from './honeypot/honeypot.ts';
import { interrogation } from './interrogation/interrogation.ts';

/** Every audit by name. */
export const AUDITS: Readonly<Record<AuditName, Audit>> = {
  honeypot,
  direct,
  interrogation,
  capability,
};
