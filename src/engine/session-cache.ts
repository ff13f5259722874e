import type { Value } from './graph/value.ts';
import { createSession, type GraphSession, type SessionOptions } from './session.ts';

/** Compiled sessions by what decides their graph, so that a hundred students share one. */
export interface SessionCache {
  get(spec: object, build: () => ReadonlyMap<string, Value>): Promise<GraphSession>;
  close(): Promise<void>;
}

/** Keeps the most recently used sessions; `limit` bounds memory. */
export function createSessionCache(options: SessionOptions, limit = 12): SessionCache {
  const sessions = new Map<string, Promise<GraphSession>>();
  return {
    get: async (spec, build) => {
      const key = JSON.stringify(spec);
      const session = sessions.get(key) ?? createSession(build(), options);
      // Re-inserting moves the entry to the young end of the map's order.
      sessions.delete(key);
      sessions.set(key, session);
      if (sessions.size > limit) {
        const [oldest, stale] = [...sessions][0]!;
        sessions.delete(oldest);
        await (await stale).close();
      }
      return session;
    },
    close: async () => {
      for (const session of sessions.values()) await (await session).close();
      sessions.clear();
    },
  };
}
