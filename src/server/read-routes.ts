import type { Hono } from 'hono';
import { z } from 'zod';
import { sampleQuerySchema } from '../api/samples.ts';
import type { Store } from '../store/open-store.ts';
import type { StudyRow } from '../store/studies.ts';
import type { Actions } from './actions.ts';
import type { Examples } from './examples.ts';
import { parseSent, ProblemError } from './problem.ts';
import { armsView, armView } from './screens/arms.ts';
import { datasetItem, datasetQuerySchema, datasetView } from './screens/dataset.ts';
import { blindAuditView, investigationsView, investigationView } from './screens/investigations.ts';
import { judgesView } from './screens/judge.ts';
import type { Snapshots } from './screens/kept-snapshots.ts';
import { leadViews } from './screens/leads.ts';
import { ledgerQuerySchema, ledgerView } from './screens/ledger.ts';
import { pipelineView, stepView } from './screens/pipeline.ts';
import { sampleView } from './screens/sample.ts';
import { heldQuerySchema, pageQuerySchema, snapshotPage, takeSnapshot } from './screens/samples.ts';
import { studiesView, studyView } from './screens/studies.ts';
import { verdictView } from './screens/verdict.ts';

/** Everything the page reads. */
export function addReadRoutes(
  app: Hono,
  context: {
    readonly store: Store;
    readonly readOnly: boolean;
    readonly examples: Examples;
    readonly actions: Actions;
    readonly snapshots: Snapshots;
  },
): void {
  const { store, readOnly, examples, actions, snapshots } = context;
  app.get('/api/studies', (c) => {
    const started = new Set(store.studies.list().map(({ id }) => id));
    return c.json(studiesView(store, { readOnly, examples: examples.list(started) }));
  });
  app.get('/api/investigations', (c) => c.json(investigationsView(store)));
  app.get('/api/investigations/:name', (c) =>
    c.json(investigationView(store, c.req.param('name'))),
  );
  app.get('/api/investigations/:name/audits/:id', (c) => {
    const { name, id } = c.req.param();
    return c.json(blindAuditView(store, name, id));
  });
  app.get('/api/studies/:study', (c) => {
    return c.json(studyView(store, findStudy(store, c.req.param('study'))));
  });
  app.get('/api/studies/:study/verdict', (c) => {
    return c.json(verdictView(store, findStudy(store, c.req.param('study'))));
  });
  app.get('/api/studies/:study/arms', (c) => {
    return c.json(armsView(store, findStudy(store, c.req.param('study'))));
  });
  app.get('/api/studies/:study/arms/:arm', (c) => {
    const { study, arm } = c.req.param();
    return c.json(armView(store, findStudy(store, study), arm));
  });
  app.get('/api/studies/:study/arms/:arm/data', (c) => {
    const { study, arm } = c.req.param();
    const query = parseSent(datasetQuerySchema, c.req.query());
    return c.json(datasetView(store, findStudy(store, study), arm, query));
  });
  app.get('/api/studies/:study/arms/:arm/data/:index', async (c) => {
    const { study, arm, index } = c.req.param();
    return c.json(await datasetItem(store, findStudy(store, study), arm, idOf(index)));
  });
  app.get('/api/studies/:study/pipeline', (c) => {
    return c.json(pipelineView(store, findStudy(store, c.req.param('study')).id));
  });
  app.get('/api/studies/:study/steps/:key', (c) => {
    const { study, key } = c.req.param();
    return c.json(stepView(store, findStudy(store, study).id, key));
  });
  app.get('/api/studies/:study/samples', (c) => {
    const study = findStudy(store, c.req.param('study'));
    const query = parseSent(sampleQuerySchema, c.req.query());
    const { held } = parseSent(heldQuerySchema, c.req.query());
    return c.json(takeSnapshot(store, study, query, snapshots, held));
  });
  app.get('/api/studies/:study/samples/:snapshot', (c) => {
    const { study, snapshot } = c.req.param();
    const page = parseSent(pageQuerySchema, c.req.query());
    return c.json(snapshotPage(store, findStudy(store, study), snapshots, snapshot, page));
  });
  app.get('/api/studies/:study/sample/:id', async (c) => {
    const { study, id } = c.req.param();
    return c.json(await sampleView(store, findStudy(store, study), idOf(id)));
  });
  app.get('/api/studies/:study/judge', async (c) => {
    return c.json(await judgesView(store, findStudy(store, c.req.param('study'))));
  });
  app.get('/api/studies/:study/leads', (c) => {
    const { id } = findStudy(store, c.req.param('study'));
    return c.json({ leads: leadViews(store, id), ...actions.replayState(id) });
  });
  app.get('/api/studies/:study/ledger', (c) => {
    const study = findStudy(store, c.req.param('study'));
    return c.json(ledgerView(store, study, parseSent(ledgerQuerySchema, c.req.query())));
  });
}

/** The study of a route; 404 `no-such-study`. */
export function findStudy(store: Store, id: string): StudyRow {
  const study = store.studies.find(id);
  if (study !== undefined) return study;
  throw new ProblemError(404, 'no-such-study', 'The store has no such study.');
}

/** A row's number in a route. */
export function idOf(text: string): number {
  return parseSent(z.coerce.number().int().min(0), text);
}
