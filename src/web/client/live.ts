import type { QueryClient } from '@tanstack/react-query';
import { changeSchema, helloSchema, type Problem, problemSchema } from '../../api/actions.ts';
import { beginFollowing, endFollowing, noteChange } from './moments.ts';
import { isOffline } from './offline-mode.ts';

export type Connection =
  | { readonly state: 'live' }
  /** `problem` is why the server refuses; undefined: it does not answer. */
  | { readonly state: 'lost'; readonly problem?: Problem };

const EVENTS = '/api/events';
/** A browser does not try again by itself where it was refused. */
const ASK_AGAIN_MS = 5_000;
/** Answers that come late come together. */
const LATE_MS = 100;

/**
 * Follows the server's changes and wakes the queries of the studies they name; nothing polls. Only a
 * page in sight follows: a browser opens six connections to a server, for all its tabs together. What
 * was missed out of sight, or while the connection was lost, is read again.
 */
export function followChanges(
  queries: QueryClient,
  onConnection: (connection: Connection) => void,
): () => void {
  // An exported folder never changes.
  if (isOffline()) return () => undefined;
  const wakeAll = (): void => {
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'sample-page' });
  };
  const wake = (studies: readonly string[]): void => {
    if (studies.length === 0) return wakeAll();
    void queries.invalidateQueries({ queryKey: ['studies'] });
    for (const study of studies) void queries.invalidateQueries({ queryKey: ['study', study] });
  };
  let late: ReturnType<typeof setTimeout> | undefined;
  const onLate = (): void => {
    // Later than the answer itself, which would otherwise pass for what was read again.
    late ??= setTimeout(() => {
      late = undefined;
      wakeAll();
    }, LATE_MS);
  };
  let close: (() => void) | undefined;
  let hadLost = false;
  const listener: Listener = {
    onHello: (seq) => {
      onConnection({ state: 'live' });
      if (beginFollowing(seq, onLate) || hadLost) wakeAll();
      hadLost = false;
    },
    onChange: (seq, studies) => {
      noteChange(seq);
      wake(studies);
    },
    onLost: (problem) => {
      hadLost = true;
      endFollowing();
      onConnection(problem === undefined ? { state: 'lost' } : { state: 'lost', problem });
    },
  };
  const look = (): void => {
    if (document.visibilityState === 'visible') {
      close ??= connect(listener);
    } else {
      close?.();
      close = undefined;
      endFollowing();
    }
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    clearTimeout(late);
    close?.();
    endFollowing();
  };
}

interface Listener {
  readonly onHello: (seq: number) => void;
  readonly onChange: (seq: number, studies: readonly string[]) => void;
  readonly onLost: (problem: Problem | undefined) => void;
}

/** Connects, and again whenever the connection is lost or refused; returns what ends it. */
function connect(listener: Listener): () => void {
  const ended = new AbortController();
  let again: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  const open = (): void => {
    source = new EventSource(EVENTS);
    source.addEventListener('hello', ({ data }) => {
      listener.onHello(helloSchema.parse(JSON.parse(data)).seq);
    });
    source.addEventListener('change', ({ data }) => {
      const { seq, studies } = changeSchema.parse(JSON.parse(data));
      listener.onChange(seq, studies);
    });
    source.addEventListener('error', () => {
      listener.onLost(undefined);
      if (source.readyState !== EventSource.CLOSED) return;
      again = setTimeout(open, ASK_AGAIN_MS);
      void refusal(ended.signal).then((problem) => {
        if (problem !== undefined && !ended.signal.aborted) listener.onLost(problem);
      });
    });
  };
  open();
  return () => {
    ended.abort();
    clearTimeout(again);
    source.close();
  };
}

/** Why changes are not told: an event source does not say. Undefined when nothing is refused. */
async function refusal(signal: AbortSignal): Promise<Problem | undefined> {
  const asked = new AbortController();
  try {
    const ends = [signal, asked.signal, AbortSignal.timeout(ASK_AGAIN_MS)];
    const answer = await fetch(EVENTS, { signal: AbortSignal.any(ends) });
    if (answer.ok) return undefined;
    return problemSchema.safeParse(await answer.json()).data;
  } catch {
    return undefined;
  } finally {
    asked.abort();
  }
}
