import { Command, CommanderError } from 'commander';
import { EXIT } from '../base/errors.ts';
import { failureOf, printFailure } from './failure.ts';
import { type CliIo, processIo } from './io.ts';
import { addCommands } from './program.ts';
import { toolVersion } from '../base/tool-version.ts';

/** Entry point of `bin/informant.js`: runs one command and sets the exit code of the process. */
export async function main(argv: readonly string[]): Promise<void> {
  // `informant show … | head` closes the pipe early; that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    throw error;
  });
  process.exitCode = await runCli(argv.slice(2), processIo());
}

/** Runs one command with injected streams; resolves to its exit code and never rejects. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = new Command('informant')
    .description(
      'Audit a model through its students: distil it, audit what comes out, compare with benign twins.',
    )
    .version(toolVersion(), '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // Reported once, in our own form, by the catch below.
      outputError: () => undefined,
    });
  addCommands(program, io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done;
      // `informant` alone: the help has been printed already.
      if (error.code === 'commander.help') return EXIT.userMistake;
    }
    const failure = failureOf(error);
    printFailure(failure, args.includes('--json'), io);
    return failure.exitCode;
  }
}
