import type { Value } from './graph/value.ts';
import { createSession, type GraphSession, type SessionOptions } from './session.ts';
import type { NamedTensors } from './types.ts';

/** Compiled sessions by what decides their graph, so that a hundred students share one. */
export interface SessionCache {
  /**
   * With `baked`, the session holds a copy of these weights as constants, and only the last such
   * session is kept. It is found again by the identity of the map: never change weights in place
   * that were baked.
   */
  get(
    spec: object,
    build: () => ReadonlyMap<string, Value>,
    baked?: NamedTensors,
  ): Promise<GraphSession>;
  close(): Promise<void>;
}

/** Sessions with weights of their own kept at once: each costs as much memory as its model. */
const MAX_BAKED = 1;

/** Keeps the most recently used sessions; `limit` bounds memory. */
export function createSessionCache(options: SessionOptions, limit = 12): SessionCache {
  const plain = new Map<string, Promise<GraphSession>>();
  const baked = new Map<string, Promise<GraphSession>>();
  const nameOf = numberer();
  return {
    get: async (spec, build, weights) => {
      const sessions = weights === undefined ? plain : baked;
      const key = JSON.stringify(spec) + (weights === undefined ? '' : nameOf(weights));
      const known = sessions.get(key);
      const keep = (weights === undefined ? limit : MAX_BAKED) - 1;
      // Room is made first, so that there is never one copy of the weights too many.
      const session =
        known ?? evict(sessions, keep).then(() => createSession(build(), options, weights));
      // Re-inserting moves the entry to the young end of the map's order.
      sessions.delete(key);
      sessions.set(key, session);
      session.catch(() => sessions.delete(key));
      return session;
    },
    close: async () => {
      await evict(plain, 0);
      await evict(baked, 0);
    },
  };
}

/** Closes the oldest sessions; which ones is decided before anything is awaited. */
async function evict(sessions: Map<string, Promise<GraphSession>>, keep: number): Promise<void> {
  const stale = [...sessions].slice(0, Math.max(0, sessions.size - keep));
  for (const [key] of stale) sessions.delete(key);
  for (const [, session] of stale) await (await session).close();
}

/** Gives every object a number of its own without keeping it alive. */
function numberer(): (object: object) => number {
  const known = new WeakMap<object, number>();
  let count = 0;
  return (object) => {
    const number = known.get(object) ?? count++;
    known.set(object, number);
    return number;
  };
}
