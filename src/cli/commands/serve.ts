import { spawn } from 'node:child_process';
import { EXIT } from '../../base/errors.ts';
import { listen } from '../../server/listen.ts';
import type { ServeFlags } from '../flags.ts';
import { withInterrupt } from '../interrupt.ts';
import { type CliIo, note, print } from '../io.ts';
import { storeFolder } from '../workspace.ts';

/** Serves the page of a store until Ctrl-C; exit code 130 then. */
export async function serveCommand(io: CliIo, flags: ServeFlags): Promise<number> {
  const server = await listen({
    storeDir: storeFolder(io, flags),
    port: flags.port,
    host: flags.host,
    log: (text) => note(io, text),
  });
  const { readOnly, latest } = server;
  const url = latest === undefined ? server.url : `${server.url}#/s/${latest}`;
  if (flags.json) print(io, JSON.stringify({ url, readOnly }));
  else print(io, url);
  if (readOnly) note(io, 'the store cannot be written: nothing can be started or annotated');
  if (server.url.includes('?token=')) {
    note(io, 'others on the network can reach this address; what is sent is not encrypted');
  }
  if (!flags.json) note(io, 'Ctrl-C stops the server; studies that run go on');
  if (flags.open) openBrowser(url);
  await withInterrupt(
    io,
    () => undefined,
    () => undefined,
    (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  );
  await server.close();
  return EXIT.interrupted;
}

/** Where no browser can be opened, the address has been printed. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '""', url.replaceAll('&', '^&')]
        : ['xdg-open', url];
  const child = spawn(command!, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
}
