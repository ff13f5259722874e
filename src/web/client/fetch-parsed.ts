import type { z } from 'zod';
import { type Problem, problemSchema } from '../../api/actions.ts';
import { takeEarly } from './early-answers.ts';
import { noteRead } from './moments.ts';
import { isOffline } from './offline-mode.ts';

/** An answer that is not 2xx, or none at all (`code` is `offline` then). */
export class RequestError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.name = 'RequestError';
    this.status = status;
    this.problem = problem;
  }
}

/** Asks the server and parses its answer by the same schema the server promises. */
export async function fetchParsed<T>(
  path: string,
  schema: z.ZodType<T>,
  init: { readonly method?: 'POST'; readonly body?: unknown; readonly signal?: AbortSignal } = {},
): Promise<T> {
  const { method, body, signal } = init;
  if (isOffline()) {
    const { offlineStore } = await import('./offline-store.ts');
    const offline = await offlineStore().answer(path, method);
    if (offline.ok) return schema.parse(offline.body);
    throw new RequestError(offline.status, offline.problem);
  }
  const early = method === undefined ? takeEarly(path) : undefined;
  const asked =
    early ??
    fetch(path, {
      ...(method === undefined ? {} : { method }),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(signal === undefined ? {} : { signal }),
    });
  const response = await asked.catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new RequestError(0, {
      code: 'offline',
      message: 'The server does not answer.',
      hint: 'Start it again with `informant serve`; this page goes on by itself.',
    });
  });
  noteRead(response);
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return schema.parse(answer);
  const problem = problemSchema.safeParse(answer);
  throw new RequestError(
    response.status,
    problem.data ?? { code: 'http', message: `The server answered ${response.status}.` },
  );
}
