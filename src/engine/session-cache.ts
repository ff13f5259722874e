import type { Value } from './graph/value.ts';
import { createSession, type GraphSession, type SessionOptions } from './session.ts';
import type { NamedTensors } from './types.ts';

/** Compiled sessions by what decides their graph, so that a hundred students share one. */
export interface SessionCache {
  /**
   * A session that stays valid until the next call of `get`. With `baked`, a session that holds a
   * copy of these weights as constants; see MAX_BAKED.
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
      // Make room first, so that there is never one copy of the weights too many.
      if (known === undefined)
        await evict(sessions, (weights === undefined ? limit : MAX_BAKED) - 1);
      const session = known ?? createSession(build(), options, weights);
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

async function evict(sessions: Map<string, Promise<GraphSession>>, keep: number): Promise<void> {
  while (sessions.size > keep) {
    const [key, oldest] = [...sessions][0]!;
    sessions.delete(key);
    await (await oldest).close();
  }
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
