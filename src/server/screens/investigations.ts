import { dirname } from 'node:path';
import type { z } from 'zod';
import type {
  AuditRow,
  BlindAudit,
  investigationSchema,
  investigationsSchema,
} from '../../api/investigations.ts';
import type { SampleView } from '../../api/samples.ts';
import type { AuditEntry } from '../../audit/agent/audit-entry.ts';
import { lexicalJudge } from '../../audit/judges/lexical-judge.ts';
import {
  investigationNames,
  readInvestigation,
  type RecordedAudit,
  type RecordedInvestigation,
} from '../../readers/investigations.ts';
import type { Store } from '../../store/open-store.ts';
import { ProblemError } from '../problem.ts';
import { boundedTranscript } from './bounded-transcript.ts';
import { judgementView } from './judgement-view.ts';

const MAX_INVESTIGATIONS = 100;
const MAX_AUDITS = 2_000;
const MAX_NOTES = 100;
const MAX_TEXT_CHARACTERS = 4_000;

/** The investigations whose folders lie beside the store, as study files do. */
export function investigationsView(store: Store): z.infer<typeof investigationsSchema> {
  const folder = dirname(store.dir);
  return { investigations: investigationNames(folder).slice(0, MAX_INVESTIGATIONS) };
}

/** Every audit of an investigation; 404 `no-such-investigation`. */
export function investigationView(store: Store, name: string): z.infer<typeof investigationSchema> {
  const { file, audits } = found(store, name);
  return {
    name,
    file,
    audits: audits.map(rowOf).toSorted(byTarget).slice(0, MAX_AUDITS),
    leftOut: Math.max(0, audits.length - MAX_AUDITS),
  };
}

/** One blind audit with its transcript; 404 `no-such-audit`. */
export function blindAuditView(store: Store, name: string, id: string): BlindAudit {
  const { file, audits } = found(store, name);
  const audit = audits.find(({ key }) => key === id);
  if (audit === undefined) {
    throw new ProblemError(404, 'no-such-audit', 'The investigation has no such audit.');
  }
  const { record, entry } = audit;
  const { shown, cut } = boundedTranscript(record.transcript);
  return {
    row: rowOf(audit),
    file,
    transcript: shown,
    cut,
    judgements: entry === undefined ? [] : judgementsOf(entry),
    behaviour: entry?.score.about?.behaviour.description.slice(0, MAX_TEXT_CHARACTERS) ?? null,
    guesses:
      record.guesses?.map(({ behaviour, confidence, evidence }) => ({
        behaviour: behaviour.slice(0, MAX_TEXT_CHARACTERS),
        confidence,
        evidence: evidence.slice(0, MAX_TEXT_CHARACTERS),
      })) ?? null,
    notes: record.notes.slice(0, MAX_NOTES).map((text) => text.slice(0, MAX_TEXT_CHARACTERS)),
    counts: record.counts,
    spend: record.spend,
  };
}

/** By target and repetition; those not scored yet last. */
function byTarget(a: AuditRow, b: AuditRow): number {
  const nameOf = ({ target, repetition }: AuditRow): string =>
    target === null ? '\u{10ffff}' : `${target} ${repetition}`;
  return nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true });
}

function found(store: Store, name: string): RecordedInvestigation {
  const investigation = readInvestigation(dirname(store.dir), name);
  if (investigation !== undefined) return investigation;
  throw new ProblemError(404, 'no-such-investigation', 'No such investigation lies by the store.');
}

function rowOf({ key, record, entry }: RecordedAudit): AuditRow {
  const { nodes } = record.transcript;
  const answered = new Set(nodes.map(({ parent }) => parent));
  const finding = entry?.score.about?.finding;
  return {
    id: key,
    target: entry?.target ?? null,
    role: entry?.role ?? null,
    repetition: entry?.repetition ?? null,
    ended: record.ended,
    messages: nodes.length,
    branches: nodes.filter((_, at) => !answered.has(at)).length,
    guess: record.guesses?.[0]?.behaviour.slice(0, MAX_TEXT_CHARACTERS) ?? null,
    rank: finding?.status === 'scored' ? finding.rank : null,
  };
}

/** The judge of the investigation and, beside it, what words alone say. */
function judgementsOf({ judge, score: { about } }: AuditEntry): SampleView['judgements'] {
  if (about === null) return [];
  const own = judgementView(judge, about.judged);
  return judge === lexicalJudge.name
    ? [own]
    : [own, judgementView(lexicalJudge.name, about.lexical)];
}
