import type { Json, JsonObject } from '../base/json.ts';

/** Content-addressed bytes. */
export interface Objects {
  /** Stores bytes durably and returns their sha256. Storing the same bytes twice is free. */
  put(data: Uint8Array | string): string;
  /**
   * The same for text in parts that need not exist at once; they are made twice, for the digest and
   * for the file, and must be the same both times.
   */
  putParts(parts: () => Iterable<string>): string;
  /** Throws a work error naming the digest when it is missing or corrupt. */
  get(digest: string): Uint8Array;
  /** Absolute path of the stored file, for readers that map or stream it. */
  path(digest: string): string;
  has(digest: string): boolean;
}

/** Output of a finished step. `digest` is the sha256 of the canonical JSON of the other fields. */
export interface Artifact {
  readonly digest: string;
  readonly kind: string;
  readonly meta: JsonObject;
  readonly files: Readonly<Record<string, string>>;
}

/** Rows of one step, by item index; a row once written never changes. */
export interface ItemRows {
  /** Finished items, ordered by index; those from `from` up to, not including, `to` where given. */
  list(range?: {
    readonly from: number;
    readonly to: number;
  }): readonly { readonly index: number; readonly value: Json }[];
  /** Commits rows in one transaction; rows that exist already are left alone. */
  add(rows: readonly { readonly index: number; readonly value: Json }[]): void;
}

/** One event of the hash-chained ledger. */
export interface LedgerEvent {
  readonly seq: number;
  readonly study: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly type: string;
  readonly data: Json;
  readonly previousHash: string;
  readonly hash: string;
}

/** One draw of one audit probe, as listings and transcript views show it. */
export interface SampleRow {
  readonly probeId: string;
  readonly cluster: string;
  readonly draw: number;
  readonly status: 'scored' | 'unscored';
  /** Why there is no score; null when there is one. */
  readonly reason: string | null;
  /** The judge's word for the answer, if it has one: `names`, `denies`, `off-topic`, … */
  readonly classification: string | null;
  readonly scores: JsonObject;
  /** Audit it belongs to, and the condition of its probe; null where they are not known. */
  readonly audit: string | null;
  readonly condition: string | null;
  /** The score listings show; null where there is none. */
  readonly score: number | null;
  /** All that was said, to be searched; cut to 4,000 characters. */
  readonly said: string;
  /** What was said, to be shown in one line; cut to 200 characters. */
  readonly preview: string;
  /** Messages with their origin. */
  readonly transcript: Json;
}
