import { Hono } from 'hono';
import { CHANGE_HEADER } from '../api/actions.ts';
import type { Store } from '../store/open-store.ts';
import { messageOf } from '../base/errors.ts';
import { createActions } from './actions.ts';
import { addActionRoutes } from './action-routes.ts';
import { createEvents } from './events.ts';
import { type CountSteps, countPlannedSteps, createExamples } from './examples.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { addReadRoutes } from './read-routes.ts';
import { createSnapshots } from './screens/kept-snapshots.ts';
import { takeSnapshot } from './screens/samples.ts';
import { type Access, checkCaller, checkToken, protectiveHeaders } from './security.ts';
import { pageFiles } from './static-files.ts';
import { createTail } from './tail.ts';

/** What the server needs from outside. */
export interface AppOptions {
  readonly store: Store;
  /** The store cannot be written: actions are refused. */
  readonly readOnly: boolean;
  readonly access: Access;
  /** Folder of the built page. */
  readonly pageDir: string;
  /** How the steps of an example are counted; by planning it when absent. */
  readonly countSteps?: CountSteps;
  /** How long after the first visit they are counted. */
  readonly planAfterMs?: number;
  /** Told of bugs and of looks at the store that failed. */
  readonly log: (text: string) => void;
}

/** A server that no port belongs to. */
export interface App {
  /** From request to answer. */
  readonly app: Hono;
  /** Works out ahead what a visitor of the latest study waits for longest: the list of its samples. */
  readonly warm: () => void;
  /** Ends what it does between requests. */
  readonly close: () => void;
}

/** The server as a function from request to answer. */
export function createApp(options: AppOptions): App {
  const { store, readOnly, access, pageDir, log } = options;
  const tail = createTail(store, log);
  const actions = createActions(store);
  const examples = createExamples(
    options.countSteps ?? countPlannedSteps,
    // No study of the store has this name: what lists studies is read again, and nothing else.
    (name) => tail.announce([name]),
    options.planAfterMs,
  );
  const app = new Hono();
  app.onError((error, c) => problemResponse(c, error, log));
  app.notFound((c) =>
    problemResponse(c, new ProblemError(404, 'no-such-route', 'There is nothing here.'), log),
  );
  app.use(protectiveHeaders, checkCaller(access), checkToken(access));
  app.get('/api/events', createEvents(tail));
  app.get('/api/*', async (c, next) => {
    // Before anything is read: an answer may know more than it says, and never less.
    const seq = String(tail.seq());
    await next();
    c.header(CHANGE_HEADER, seq);
  });
  const snapshots = createSnapshots();
  addReadRoutes(app, { store, readOnly, examples, actions, snapshots });
  addActionRoutes(app, { store, readOnly, examples, actions, tail });
  app.get('*', pageFiles(pageDir));
  const warm = (): void => {
    const latest = store.studies.list().at(-1);
    try {
      if (latest !== undefined) takeSnapshot(store, latest, {}, snapshots);
    } catch (error) {
      // Whoever asks for the list is told.
      log(`cannot read the samples of ${latest?.id}: ${messageOf(error)}`);
    }
  };
  return { app, warm, close: () => tail.close() };
}
