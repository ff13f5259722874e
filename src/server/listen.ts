import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { AppError, userError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { createApp } from './app.ts';
import { hostsOf } from './security.ts';

/** A server that answers. */
export interface Listening {
  /** Address to open; holds the token where there is one. */
  readonly url: string;
  readonly readOnly: boolean;
  /** The study made last, if there is any. */
  readonly latest: string | undefined;
  /** Ends it: open connections are closed. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** Folder of the store; made if needed and possible. */
  readonly storeDir: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** Folder of the built page; that of the package when absent. */
  readonly pageDir?: string;
  readonly log: (text: string) => void;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);
const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const TOKEN_BYTES = 24;

/**
 * Opens a store, for writing where that is possible, and serves it. On an address that other
 * machines reach, every request needs a token. User error `port-taken` when the port is in use.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { host, log } = options;
  const { store, readOnly } = openForServing(options.storeDir);
  const token = LOOPBACK.has(host) ? undefined : randomBytes(TOKEN_BYTES).toString('base64url');
  const hosts = new Set<string>();
  const { app, warm, close } = createApp({
    store,
    readOnly,
    access: { hosts, token },
    pageDir: options.pageDir ?? join(packageRoot(), 'dist', 'web'),
    log,
  });
  const server = createServer(getRequestListener(app.fetch));
  try {
    const port = await bind(server, options);
    for (const called of hostsOf(namesOf(host), port)) hosts.add(called);
    // While the address is being told and opened.
    const warming = setImmediate(warm);
    const shown = EVERY_ADDRESS.has(host) ? 'localhost' : bracketed(host);
    return {
      url: `http://${shown}:${port}/${token === undefined ? '' : `?token=${token}`}`,
      readOnly,
      latest: store.studies.list().at(-1)?.id,
      close: async () => {
        clearImmediate(warming);
        close();
        await new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        });
        store.close();
      },
    };
  } catch (error) {
    close();
    store.close();
    throw error;
  }
}

function openForServing(dir: string): { readonly store: Store; readonly readOnly: boolean } {
  try {
    return { store: openStore(dir, { mode: 'write' }), readOnly: false };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'store-not-writable') throw error;
    return { store: openStore(dir, { mode: 'read' }), readOnly: true };
  }
}

function bind(server: Server, { host, port }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(bindError(error, host, port));
    });
    server.listen({ host, port }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function bindError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return userError(
        'port-taken',
        `port ${port} is in use`,
        'Give another one with --port, or stop what uses it.',
        error,
      );
    case 'EACCES':
      return userError('port-refused', `port ${port} may not be used`, 'Give --port above 1023.');
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return userError('no-such-host', `${host} is no address of this machine`, 'Change --host.');
    case undefined:
    default:
      return error;
  }
}

/** Names that a browser may have used to get here. */
function namesOf(host: string): readonly string[] {
  if (LOOPBACK.has(host)) return ['127.0.0.1', 'localhost', '[::1]'];
  if (!EVERY_ADDRESS.has(host)) return [bracketed(host)];
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return ['localhost', hostname(), ...own.map(({ address }) => bracketed(address))];
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
