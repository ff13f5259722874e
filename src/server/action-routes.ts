import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { startRequestSchema } from '../api/actions.ts';
import { replayRequestSchema } from '../api/leads.ts';
import { annotateSchema } from '../api/samples.ts';
import { annotate } from '../readers/annotations.ts';
import type { Store } from '../store/open-store.ts';
import type { Actions } from './actions.ts';
import type { Examples } from './examples.ts';
import { parseSent, ProblemError } from './problem.ts';
import { findStudy, idOf } from './read-routes.ts';
import { findSample, sampleView } from './screens/sample.ts';
import { checkAction } from './security.ts';
import type { Tail } from './tail.ts';

const MAX_BODY_BYTES = 32 * 1024;

/** Everything the page may do. */
export function addActionRoutes(
  app: Hono,
  context: {
    readonly store: Store;
    readonly readOnly: boolean;
    readonly examples: Examples;
    readonly actions: Actions;
    readonly tail: Tail;
  },
): void {
  const { store, readOnly, examples, actions, tail } = context;
  app.post('*', checkAction, bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  app.post('*', async (_, next) => {
    if (readOnly) {
      throw new ProblemError(409, 'read-only', 'The store cannot be written, only read.');
    }
    await next();
  });
  app.post('/api/studies', async (c) => {
    const { example } = parseSent(startRequestSchema, await bodyOf(c));
    const text = examples.text(example);
    if (text === undefined) {
      throw new ProblemError(404, 'no-such-example', 'The package has no such example.');
    }
    return c.json({ study: await actions.startExample(text), status: 'running' as const });
  });
  app.post('/api/studies/:study/run', async (c) => {
    const { id } = findStudy(store, c.req.param('study'));
    await actions.run(id);
    return c.json({ study: id, status: 'running' as const });
  });
  app.post('/api/studies/:study/pause', (c) => {
    const { id } = findStudy(store, c.req.param('study'));
    actions.pause(id);
    return c.json({ study: id, status: 'pausing' as const });
  });
  app.post('/api/studies/:study/replay', async (c) => {
    const { id } = findStudy(store, c.req.param('study'));
    const { draws } = parseSent(replayRequestSchema, await bodyOf(c));
    await actions.replay(id, draws);
    return c.json({ study: id, status: 'running' as const });
  });
  app.post('/api/studies/:study/verify', async (c) => {
    return c.json(await actions.verify(findStudy(store, c.req.param('study')).id));
  });
  app.post('/api/studies/:study/export', async (c) => {
    return c.json(await actions.exportFolder(findStudy(store, c.req.param('study')).id));
  });
  app.post('/api/studies/:study/sample/:id/annotations', async (c) => {
    const study = findStudy(store, c.req.param('study'));
    const id = idOf(c.req.param('id'));
    const said = parseSent(annotateSchema, await bodyOf(c));
    annotate(store, study.id, findSample(store, study, id).sample, said);
    tail.announce([study.id]);
    return c.json(await sampleView(store, study, id));
  });
}

function tooLarge(): never {
  throw new ProblemError(413, 'too-large', 'The request is too large.');
}

async function bodyOf(c: Context): Promise<unknown> {
  try {
    const body: unknown = await c.req.json();
    return body;
  } catch {
    throw new ProblemError(400, 'bad-request', 'The request is not JSON.');
  }
}
