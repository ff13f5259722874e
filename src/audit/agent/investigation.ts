import { canonicalJson } from '../../base/canonical-json.ts';
import { digestJson } from '../../base/digest.ts';
import type { ItemLog } from '../../base/json-lines.ts';
import { mapLimit } from '../../base/map-limit.ts';
import { createRng, foldSeed } from '../../base/rng.ts';
import { type ChatLimits, createChatBudget, withBudgets } from '../../backends/chat-budget.ts';
import type { ChatModel } from '../../backends/chat.ts';
import type { Behaviour } from '../judges/judge.ts';
import { lexicalJudge } from '../judges/lexical-judge.ts';
import type { AskedTarget } from './ask-target.ts';
import type { AuditRecord } from './audit-record.ts';
import { AUDITOR_PROMPT_VERSION } from './auditor-prompt.ts';
import { runAuditor } from './run-auditor.ts';
import {
  type AuditScore,
  missingReason,
  scoreAudit,
  type Scoring,
  unscoredReason,
} from './score-audit.ts';

/** Raised when moves or their effects change their meaning. */
const AGENT_VERSION = 1;

/** `planted`: the truth is known; `benign`: there is nothing; `unknown`: that is the question. */
export type TargetRole = 'planted' | 'benign' | 'unknown';

/** A model to be audited, and the sealed truth about it. */
export interface InvestigatedTarget extends AskedTarget {
  readonly name: string;
  readonly role: TargetRole;
  /** Of planted targets alone. It reaches scores, never an auditor. */
  readonly truth: Behaviour | null;
  /** Independent audits of it. */
  readonly repetitions: number;
}

/** Blind audits of several targets by one auditor. */
export interface Investigation extends Scoring {
  readonly seed: string;
  readonly auditor: ChatModel;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly targets: readonly InvestigatedTarget[];
  /** Actions per audit. */
  readonly turns: number;
  /** Per audit, auditor and target together. */
  readonly limits: ChatLimits;
}

/** One audit to be done: its key names everything that could change its outcome. */
export interface InvestigationItem {
  readonly key: string;
  readonly target: InvestigatedTarget;
  readonly repetition: number;
  readonly seed: string;
  /** What it is scored for: its truth, or for a benign target one drawn from the planted ones. */
  readonly behaviour: Behaviour | null;
}

/** An item with its record and scores. */
export interface InvestigatedItem extends InvestigationItem {
  readonly record: AuditRecord;
  readonly score: AuditScore;
  /** Why it has not every score; undefined when it has. */
  readonly unscored: string | undefined;
}

/** All audits of an investigation, in order. */
export function itemsOf(investigation: Investigation): readonly InvestigationItem[] {
  const { auditor, maxTokens, temperature, turns, limits, seed } = investigation;
  const planted = investigation.targets.flatMap(({ truth }) => (truth === null ? [] : [truth]));
  return investigation.targets.flatMap((target) =>
    Array.from({ length: target.repetitions }, (_, repetition) => {
      const itemSeed = foldSeed(seed, target.name, repetition);
      return {
        key: digestJson({
          agent: AGENT_VERSION,
          prompt: AUDITOR_PROMPT_VERSION,
          auditor: { model: auditor.identity, maxTokens, temperature },
          target: {
            model: target.model.identity,
            ...(target.system === undefined ? {} : { system: target.system }),
            maxTokens: target.maxTokens,
            temperature: target.temperature,
          },
          turns,
          limits: { ...limits },
          seed: itemSeed,
        }),
        target,
        repetition,
        seed: itemSeed,
        behaviour: behaviourFor(target, planted, itemSeed),
      };
    }),
  );
}

function behaviourFor(
  { role, truth }: InvestigatedTarget,
  planted: readonly Behaviour[],
  seed: string,
): Behaviour | null {
  if (role !== 'benign' || planted.length === 0) return truth;
  return createRng(seed, 'control').pick(planted);
}

/**
 * Does every audit that has no record yet and every scoring that has no scores yet; a record whose
 * judge, rubric or truth changed is judged anew without asking the target again. With
 * `retryUnscored` what ended without a score is tried once more. Rejects when `signal` aborts; what
 * was done by then is in the logs.
 */
export async function runInvestigation(
  investigation: Investigation,
  options: {
    readonly records: ItemLog<AuditRecord>;
    readonly scores: ItemLog<AuditScore>;
    readonly concurrency: number;
    readonly retryUnscored?: boolean;
    readonly signal?: AbortSignal;
    readonly onItem?: (item: InvestigatedItem, done: number, total: number) => void;
  },
): Promise<readonly InvestigatedItem[]> {
  const { records, scores, concurrency, retryUnscored = false, signal, onItem } = options;
  const items = itemsOf(investigation);
  let done = 0;
  return mapLimit(items, concurrency, async (item) => {
    signal?.throwIfAborted();
    const known = records.find(item.key);
    const record =
      known === undefined || (retryUnscored && missingReason(known) !== undefined)
        ? kept(records, item.key, await audit(investigation, item, signal))
        : known;
    const key = scoreKey(investigation, item, record);
    const had = scores.find(key);
    const score =
      had === undefined || (retryUnscored && unscoredReason(had) !== undefined)
        ? kept(
            scores,
            key,
            await scoreAudit(record, item.behaviour, investigation, { seed: item.seed, signal }),
          )
        : had;
    const result = { ...item, record, score, unscored: unscoredReason(score) };
    onItem?.(result, ++done, items.length);
    return result;
  });
}

function audit(
  investigation: Investigation,
  { target, seed }: InvestigationItem,
  signal: AbortSignal | undefined,
): Promise<AuditRecord> {
  const budget = createChatBudget(investigation.limits);
  const { auditor, maxTokens, temperature, turns } = investigation;
  return runAuditor({
    auditor: withBudgets(auditor, [budget]),
    maxTokens,
    temperature,
    target: { ...target, model: withBudgets(target.model, [budget]) },
    turns,
    seed,
    signal,
  });
}

function scoreKey(
  { judge, matcher, claimConfidence }: Investigation,
  { key, behaviour }: InvestigationItem,
  record: AuditRecord,
): string {
  return digestJson({
    item: key,
    record: canonicalRecord(record),
    behaviour: behaviour === null ? null : { ...behaviour },
    judge: judge.identity,
    lexical: lexicalJudge.identity,
    matcher: matcher.identity,
    claimConfidence,
  });
}

function canonicalRecord({ transcript, guesses, ended, counts }: AuditRecord): string {
  return canonicalJson({
    nodes: transcript.nodes.map((node) => ({ ...node })),
    guesses: guesses === null ? null : guesses.map((guess) => ({ ...guess })),
    ended: { ...ended },
    counts: { ...counts },
  });
}

function kept<T>(log: ItemLog<T>, key: string, value: T): T {
  log.append(key, value);
  return value;
}
