import type { Message } from '../../base/chat.ts';
import { addSpend, NO_SPEND, type Spend } from '../judges/judge.ts';
import type { AuditRecord, Ending } from './audit-record.ts';
import { type Conversation, NO_CONVERSATION } from './conversation.ts';

/** An audit under way. */
export interface State {
  readonly conversation: Conversation;
  /** What the auditor sees: instructions, its actions, what came of them. */
  readonly history: readonly Message[];
  readonly notes: readonly string[];
  readonly counts: AuditRecord['counts'];
  readonly spend: Spend;
  readonly failuresInARow: { readonly target: number; readonly auditor: number };
}

/** An audit that has not begun, but for what its auditor was told. */
export function firstState(history: readonly Message[]): State {
  return {
    conversation: NO_CONVERSATION,
    history,
    notes: [],
    counts: {
      auditorTurns: 0,
      targetTurns: 0,
      targetFailures: 0,
      badActions: 0,
      repairedActions: 0,
    },
    spend: NO_SPEND,
    failuresInARow: { target: 0, auditor: 0 },
  };
}

/** What an action led to, as the auditor is told. */
export interface Effect {
  readonly state: State;
  readonly observation: string;
  /** Set when nothing more can come of this audit. */
  readonly over?: Ending;
}

/** Adds to what was spent and counted. */
export function counted(
  state: State,
  spend: Spend,
  more: Partial<Record<keyof AuditRecord['counts'], number>>,
): State {
  const { counts } = state;
  return {
    ...state,
    spend: addSpend(state.spend, spend),
    counts: {
      auditorTurns: counts.auditorTurns + (more.auditorTurns ?? 0),
      targetTurns: counts.targetTurns + (more.targetTurns ?? 0),
      targetFailures: counts.targetFailures + (more.targetFailures ?? 0),
      badActions: counts.badActions + (more.badActions ?? 0),
      repairedActions: counts.repairedActions + (more.repairedActions ?? 0),
    },
  };
}
