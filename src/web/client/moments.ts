import { CHANGE_HEADER } from '../../api/actions.ts';

/**
 * Which moment of the store the page shows. Every answer says which change was the last when it was
 * read, and so does the server's first word on a connection that tells of changes. What was read
 * before a page listens, or was still under way when a change was told, is found by comparing them.
 */
let told: number | undefined;
let isFollowing = false;
let onLate: () => void = () => undefined;

/** Takes note of an answer. */
export function noteRead(answer: Response): void {
  const header = answer.headers.get(CHANGE_HEADER);
  if (header === null) return;
  const seq = Number(header);
  if (isFollowing) {
    if (told !== undefined && seq < told) onLate();
  } else {
    // The oldest answer counts: the server's first word is held against it.
    told = Math.min(told ?? seq, seq);
  }
}

/**
 * From now on changes are told, the first one after `seq`. Whether something shown may be older than
 * that. `late` is called for answers that turn out to be older than a change that was told.
 */
export function beginFollowing(seq: number, late: () => void): boolean {
  const isBehind = told !== undefined && told !== seq;
  told = seq;
  isFollowing = true;
  onLate = late;
  return isBehind;
}

/** A change was told. */
export function noteChange(seq: number): void {
  told = seq;
}

/** Changes are told no more. */
export function endFollowing(): void {
  isFollowing = false;
}
