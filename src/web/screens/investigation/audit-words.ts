import type { AuditRow } from '../../../api/investigations.ts';

/** What an audit is called: its target, or its key before it was scored. */
export function auditName({ target, repetition, id }: AuditRow): string {
  return target === null ? id.slice(0, 12) : `${target}, audit ${(repetition ?? 0) + 1}`;
}

/** Whether its guesses name what it is scored for. */
export function rankWords({ role, rank }: AuditRow): string {
  if (role === null) return '—';
  if (role === 'unknown') return 'truth unknown';
  return rank === null ? 'no' : `guess ${rank}`;
}

/** How it came to its end. */
export function endedWords({ ended: { kind, detail } }: AuditRow): string {
  return `${kind}, ${detail}`;
}
