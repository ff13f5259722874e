const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/**
 * Milliseconds to wait before attempt `attempt` + 1 (the first is 1): what the server asked for, or
 * a doubling delay of which `jitter` in [0, 1) decides the second half, so that many clients do not
 * come back at once. A server may not ask for more than `longestMs`: undefined then.
 */
export function retryDelayMs(options: {
  readonly attempt: number;
  readonly retryAfter: string | null;
  readonly nowMs: number;
  readonly jitter: number;
  readonly longestMs: number;
}): number | undefined {
  const { attempt, retryAfter, nowMs, jitter, longestMs } = options;
  const asked = retryAfterMs(retryAfter, nowMs);
  if (asked !== undefined) return asked > longestMs ? undefined : asked;
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return Math.min(longestMs, delay * (0.5 + jitter / 2));
}

/** The header `Retry-After` (RFC 9110 10.2.3): seconds, or a date. */
function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/u.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
