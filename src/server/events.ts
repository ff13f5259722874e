import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Change } from '../api/actions.ts';
import { ProblemError } from './problem.ts';
import type { Tail } from './tail.ts';

const HEARTBEAT_MS = 15_000;
/** How long a browser waits before it connects again. */
const RETRY_MS = 1_000;
/** Pages that listen at once; a browser itself opens six at most. */
const MAX_LISTENERS = 64;
/** Changes that wait for a slow client; more are folded into "anything". */
const MAX_WAITING = 32;

/** Streams changes of the store as server-sent events, after what the client has missed. */
export function createEvents(tail: Tail): (c: Context) => Response {
  let open = 0;
  return (c) => {
    if (open >= MAX_LISTENERS) {
      throw new ProblemError(503, 'too-many-pages', 'Too many pages follow this server.');
    }
    const last = Number(c.req.header('last-event-id') ?? Number.NaN);
    open++;
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      const waiting: Change[] = [];
      let wake: (() => void) | undefined;
      stream.onAbort(() => {
        gone.abort();
        wake?.();
      });
      try {
        // From here on nothing passes unseen; what was found before has this number or a lower one.
        const hello = JSON.stringify({ seq: tail.seq() });
        tail.follow((change) => {
          waiting.push(change);
          if (waiting.length > MAX_WAITING) waiting.splice(0, waiting.length, anything(change));
          wake?.();
        }, gone.signal);
        const missed = tail.missed(Number.isSafeInteger(last) ? last : undefined);
        if (missed !== undefined) waiting.splice(0, waiting.length, missed);
        await stream.writeSSE({ event: 'hello', data: hello, retry: RETRY_MS });
        while (!gone.signal.aborted) {
          const change = waiting.shift();
          if (change !== undefined) {
            await stream.writeSSE({
              event: 'change',
              id: String(change.seq),
              data: JSON.stringify(change),
            });
            continue;
          }
          const isWoken = await new Promise<boolean>((resolve) => {
            const timer = setTimeout(() => resolve(false), HEARTBEAT_MS);
            wake = () => {
              clearTimeout(timer);
              resolve(true);
            };
          });
          wake = undefined;
          if (!isWoken) await stream.writeSSE({ event: 'heartbeat', data: '{}' });
        }
      } finally {
        gone.abort();
        open--;
      }
    });
  };
}

function anything({ seq }: Change): Change {
  return { seq, studies: [] };
}
