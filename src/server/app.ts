import { Hono } from 'hono';
import type { Store } from '../store/open-store.ts';
import { createActions } from './actions.ts';
import { addActionRoutes } from './action-routes.ts';
import { createEvents } from './events.ts';
import { type CountSteps, countPlannedSteps, createExamples } from './examples.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { addReadRoutes } from './read-routes.ts';
import { createSnapshots } from './screens/samples.ts';
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
  /** Told of bugs and of looks at the store that failed. */
  readonly log: (text: string) => void;
}

/** The server as a function from request to answer; `close` ends what it does in between. */
export function createApp(options: AppOptions): { readonly app: Hono; readonly close: () => void } {
  const { store, readOnly, access, pageDir, log } = options;
  const tail = createTail(store, log);
  const actions = createActions(store);
  const examples = createExamples(options.countSteps ?? countPlannedSteps, () => tail.announce([]));
  const app = new Hono();
  app.onError((error, c) => problemResponse(c, error, log));
  app.notFound((c) =>
    problemResponse(c, new ProblemError(404, 'no-such-route', 'There is nothing here.'), log),
  );
  app.use(protectiveHeaders, checkCaller(access), checkToken(access));
  app.get('/api/events', createEvents(tail));
  addReadRoutes(app, { store, readOnly, examples, actions, snapshots: createSnapshots() });
  addActionRoutes(app, { store, readOnly, examples, actions, tail });
  app.get('*', pageFiles(pageDir));
  return { app, close: () => tail.close() };
}
