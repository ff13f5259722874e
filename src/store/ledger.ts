import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { digestJson } from '../base/digest.ts';
import type { Json } from '../base/json.ts';
import { integerColumn, jsonColumn } from './columns.ts';
import type { Database } from './database.ts';
import type { LedgerEvent } from './types.ts';

/** The append-only record of one store, a hash chain per study. */
export interface Ledger {
  /** Appends in a transaction (the surrounding one, if any). `data` must be canonical JSON. */
  append(study: string, type: string, data: Json): LedgerEvent;
  /** Events in order; `afterSeq` leaves out those up to it. */
  list(study: string, afterSeq?: number): LedgerEvent[];
  /** Events of one type, in order. */
  ofType(study: string, type: string): LedgerEvent[];
  /** Some events in order, of one type or of all. */
  page(study: string, page: { type?: string; offset: number; limit: number }): LedgerEvent[];
  /** How many events of each type a study has. */
  counts(study: string): { readonly type: string; readonly count: number }[];
  /** Hash of the last event, which vouches for all before it; GENESIS_HASH while there is none. */
  root(study: string): string;
  /** Studies that have events. */
  studies(): string[];
}

/** Stands for the hash before the first event. */
export const GENESIS_HASH = '0'.repeat(64);

/** Whether a chain holds; `seq` is the first event that does not fit. */
export type ChainCheck =
  | { readonly ok: true; readonly root: string }
  | { readonly ok: false; readonly seq: number; readonly reason: string };

const eventRow = z
  .object({
    study: z.string(),
    seq: integerColumn,
    time: z.string(),
    type: z.string(),
    data: jsonColumn,
    previous_hash: z.string(),
    hash: z.string(),
  })
  .transform(({ previous_hash, ...row }): LedgerEvent => ({ ...row, previousHash: previous_hash }));
const studyRow = z.object({ study: z.string() });
const countRow = z.object({ type: z.string(), count: integerColumn });

/** sha256 of the canonical JSON of an event without its own hash. */
export function hashEvent(event: Omit<LedgerEvent, 'hash'>): string {
  const { seq, study, time, type, data, previousHash } = event;
  return digestJson({ seq, study, time, type, data, previousHash });
}

/**
 * Checks one study's events from its first on. A chain that was cut off at its end still holds:
 * compare the root with the one a verdict or a preregistration quotes.
 */
export function verifyChain(events: readonly LedgerEvent[]): ChainCheck {
  let previous = GENESIS_HASH;
  for (const [index, event] of events.entries()) {
    const seq = index + 1;
    if (event.seq !== seq) {
      return { ok: false, seq, reason: `event ${seq} is missing: found ${event.seq} in its place` };
    }
    if (event.study !== events[0]!.study) {
      return { ok: false, seq, reason: `event ${seq} belongs to study ${event.study}` };
    }
    if (event.previousHash !== previous) {
      return { ok: false, seq, reason: `event ${seq} does not follow the event before it` };
    }
    if (event.hash !== hashEvent(event)) {
      return { ok: false, seq, reason: `event ${seq} was changed after it was written` };
    }
    previous = event.hash;
  }
  return { ok: true, root: previous };
}

/** The events table. */
export function openLedger(database: Database, now: () => Date): Ledger {
  const last = (study: string): LedgerEvent | undefined =>
    database.get(eventRow, 'SELECT * FROM events WHERE study = ? ORDER BY seq DESC LIMIT 1', study);
  return {
    append: (study, type, data) =>
      database.transaction(() => {
        const previous = last(study);
        const unhashed = {
          seq: (previous?.seq ?? 0) + 1,
          study,
          time: now().toISOString(),
          type,
          data,
          previousHash: previous?.hash ?? GENESIS_HASH,
        };
        const event: LedgerEvent = { ...unhashed, hash: hashEvent(unhashed) };
        database.run(
          `INSERT INTO events (study, seq, time, type, data, previous_hash, hash)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          study,
          event.seq,
          event.time,
          type,
          canonicalJson(data),
          event.previousHash,
          event.hash,
        );
        return event;
      }),
    list: (study, afterSeq = 0) =>
      database.all(
        eventRow,
        'SELECT * FROM events WHERE study = ? AND seq > ? ORDER BY seq',
        study,
        afterSeq,
      ),
    ofType: (study, type) =>
      database.all(
        eventRow,
        'SELECT * FROM events WHERE study = ? AND type = ? ORDER BY seq',
        study,
        type,
      ),
    page: (study, { type, offset, limit }) =>
      database.all(
        eventRow,
        `SELECT * FROM events WHERE study = ? AND (? IS NULL OR type = ?)
         ORDER BY seq LIMIT ? OFFSET ?`,
        study,
        type ?? null,
        type ?? null,
        limit,
        offset,
      ),
    counts: (study) =>
      database.all(
        countRow,
        'SELECT type, count(*) AS count FROM events WHERE study = ? GROUP BY type ORDER BY type',
        study,
      ),
    root: (study) => last(study)?.hash ?? GENESIS_HASH,
    studies: () =>
      database
        .all(studyRow, 'SELECT DISTINCT study FROM events ORDER BY study')
        .map((row) => row.study),
  };
}
