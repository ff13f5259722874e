import type { QueryClient } from '@tanstack/react-query';
import {
  createHashHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { z } from 'zod';
import { sampleQuerySchema } from '../api/samples.ts';
import { queries } from './client/query-client.ts';
import { snapshotQuery } from './client/queries.ts';
import { SCREENS } from './screens.ts';
import { ScreenError, ScreenMissing, ScreenPending } from './shell/screen-fallbacks.tsx';
import { Shell } from './shell.tsx';
import { StudyFrame } from './study-frame.tsx';

const root = createRootRouteWithContext<{ readonly queries: QueryClient }>()({ component: Shell });

const studies = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(SCREENS.studies, 'StudiesScreen'),
});

const investigation = createRoute({
  getParentRoute: () => root,
  path: '/i/$name',
  component: lazyRouteComponent(
    () => import('./screens/investigation/investigation-screen.tsx'),
    'InvestigationScreen',
  ),
});

const blindAudit = createRoute({
  getParentRoute: () => root,
  path: '/i/$name/$audit',
  validateSearch: z.object({
    view: z.enum(['target', 'auditor']).optional(),
    message: z.coerce.number().int().optional(),
  }),
  component: lazyRouteComponent(
    () => import('./screens/investigation/blind-audit-screen.tsx'),
    'BlindAuditScreen',
  ),
});

const study = createRoute({
  getParentRoute: () => root,
  path: '/s/$study',
  component: StudyFrame,
});

const verdict = createRoute({
  getParentRoute: () => study,
  path: '/',
  validateSearch: z.object({
    p: z.enum(['holm', 'raw']).optional(),
    missing: z.enum(['scored', 'worst']).optional(),
    family: z.string().optional(),
  }),
  component: lazyRouteComponent(SCREENS.verdict, 'VerdictScreen'),
});

const arms = createRoute({
  getParentRoute: () => study,
  path: 'arms',
  validateSearch: z.object({ metric: z.string().optional(), sort: z.enum(['effect']).optional() }),
  component: lazyRouteComponent(SCREENS.arms, 'ArmsScreen'),
});

const pipeline = createRoute({
  getParentRoute: () => study,
  path: 'pipeline',
  validateSearch: z.object({ stage: z.string().optional(), step: z.string().optional() }),
  component: lazyRouteComponent(SCREENS.pipeline, 'PipelineScreen'),
});

const arm = createRoute({
  getParentRoute: () => study,
  path: 'arms/$arm',
  component: lazyRouteComponent(SCREENS.arm, 'ArmScreen'),
});

const dataset = createRoute({
  getParentRoute: () => study,
  path: 'arms/$arm/data',
  validateSearch: z.object({
    q: z.string().optional(),
    split: z.enum(['train', 'held-out']).optional(),
    state: z.enum(['kept', 'dropped']).optional(),
    sort: z.enum(['index', 'divergence']).optional(),
    row: z.coerce.number().int().optional(),
  }),
  component: lazyRouteComponent(SCREENS.dataset, 'DatasetScreen'),
});

const samples = createRoute({
  getParentRoute: () => study,
  path: 'samples',
  validateSearch: sampleQuerySchema,
  loaderDeps: ({ search }) => ({ query: search }),
  // Rows take the server longest: they are asked for while the screen itself is still on its way.
  loader: ({ context: { queries }, params, deps }) => {
    void queries.prefetchQuery(snapshotQuery(params.study, deps.query));
  },
  component: lazyRouteComponent(SCREENS.samples, 'SamplesScreen'),
});

const transcript = createRoute({
  getParentRoute: () => study,
  path: 'samples/$sample',
  validateSearch: z.object({
    beside: z.coerce.number().int().optional(),
    view: z.enum(['target', 'auditor']).optional(),
    message: z.coerce.number().int().optional(),
  }),
  component: lazyRouteComponent(SCREENS.transcript, 'TranscriptScreen'),
});

const judge = createRoute({
  getParentRoute: () => study,
  path: 'judge',
  component: lazyRouteComponent(SCREENS.judge, 'JudgeScreen'),
});

const leads = createRoute({
  getParentRoute: () => study,
  path: 'leads',
  component: lazyRouteComponent(SCREENS.leads, 'LeadsScreen'),
});

const ledger = createRoute({
  getParentRoute: () => study,
  path: 'ledger',
  validateSearch: z.object({ type: z.string().optional() }),
  component: lazyRouteComponent(SCREENS.ledger, 'LedgerScreen'),
});

/** Every view is a URL. Hashes work from a server and from an exported folder alike. */
export const router = createRouter({
  context: { queries },
  routeTree: root.addChildren([
    studies,
    investigation,
    blindAudit,
    study.addChildren([
      verdict,
      arms,
      pipeline,
      arm,
      dataset,
      samples,
      transcript,
      judge,
      leads,
      ledger,
    ]),
  ]),
  history: createHashHistory(),
  defaultPreload: 'intent',
  // What takes long says so, and what has come is shown at once.
  defaultPendingMinMs: 0,
  // Each screen fails on its own: the frame and its tabs stay.
  defaultErrorComponent: ScreenError,
  defaultPendingComponent: ScreenPending,
  defaultNotFoundComponent: ScreenMissing,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
