import { type Command, InvalidArgumentError } from 'commander';
import { examples, onStudy } from './command-parts.ts';
import type { ExportPageFlags, ServeFlags } from './flags.ts';
import type { CliIo } from './io.ts';

const PORT = 4170;
const HIGHEST_PORT = 65_535;

/** Adds the commands that show studies in a browser; `run` reports how one ended. */
export function addPageCommands(
  program: Command,
  io: CliIo,
  run: (work: () => Promise<number | void>) => Promise<void>,
): void {
  program
    .command('serve')
    .summary('show the studies of a store in a browser')
    .description(
      'Serve the page of a store: verdict, arms, pipeline, samples, leads and ledger, live while a study runs in any process. Only this machine is answered unless --host says otherwise; then a token is needed, which is part of the printed address.',
    )
    .option('--store <dir>', 'store folder')
    .option('--port <n>', 'port; 0 takes a free one', portNumber, PORT)
    .option('--host <host>', 'address to listen at', '127.0.0.1')
    .option('--open', 'open the latest study in the browser')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText('after', examples('serve', 'serve --store my-study/.informant --open'))
    .action((flags: ServeFlags) =>
      run(async () => (await import('./commands/serve.ts')).serveCommand(io, flags)),
    );

  onStudy(program, 'export-page')
    .summary('write a study as a page that needs no server')
    .description(
      'Write a folder whose index.html shows the study in any browser, straight from the disk: verdict, arms, pipeline, leads, ledger, samples and transcripts.',
    )
    .requiredOption('--out <dir>', 'folder to write')
    .option('--replace', 'replace what is there')
    .addHelpText('after', examples('export-page study.yaml --out study-page'))
    .action((study: string, flags: ExportPageFlags) =>
      run(async () =>
        (await import('./commands/export-page.ts')).exportPageCommand(io, study, flags),
      ),
    );
}

function portNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > HIGHEST_PORT) {
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${HIGHEST_PORT}.`);
  }
  return value;
}
