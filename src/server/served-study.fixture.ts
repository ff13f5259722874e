import { join } from 'node:path';
import type { z } from 'zod';
import { runSmallStudy } from '../evidence/finished-study.fixture.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { pocketFolder } from '../study/pocket-study.fixture.ts';
import type { StudySpecInput } from '../study/spec.ts';
import { createApp } from './app.ts';

/** Where the server of a test is called. */
export const HOST = '127.0.0.1:4170';
export const STUDY = '/api/studies/tiny';

interface CallInit {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A finished study behind a server that no port belongs to. */
export interface ServedStudy {
  readonly store: Store;
  readonly folder: string;
  request(path: string, init?: CallInit): Promise<Response>;
  /** The answer of a route that answers, in its schema. */
  read<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): void;
}

/** Runs the small study and serves its store. */
export async function serveSmallStudy(
  options: {
    readonly changes?: Partial<StudySpecInput>;
    readonly token?: string;
    readonly readOnly?: boolean;
  } = {},
): Promise<ServedStudy> {
  const { folder, dispose } = pocketFolder();
  await runSmallStudy(folder, '.informant', options.changes);
  const readOnly = options.readOnly === true;
  const store = openStore(join(folder, '.informant'), { mode: readOnly ? 'read' : 'write' });
  const { app, close } = createApp({
    store,
    readOnly,
    access: { hosts: new Set([HOST]), token: options.token },
    pageDir: join(folder, 'page'),
    countSteps: async () => 7,
    planAfterMs: 0,
    log: (text) => {
      throw new Error(`the server met a bug: ${text}`);
    },
  });
  const request = async (path: string, init: CallInit = {}): Promise<Response> =>
    app.request(`http://${HOST}${path}`, { ...init, headers: { host: HOST, ...init.headers } });
  return {
    store,
    folder,
    request,
    read: async (path, schema) => {
      const response = await request(path);
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
      return schema.parse(body);
    },
    post: (path, body, headers = {}) =>
      request(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', origin: `http://${HOST}`, ...headers },
      }),
    close: () => {
      close();
      store.close();
      dispose();
    },
  };
}
