import { CommanderError } from 'commander';
import { AppError, EXIT } from '../base/errors.ts';
import { type CliIo, colorsFor } from './io.ts';
import { visibleText } from '../base/visible-text.ts';

/** An error as commands report it; the same fields are the `--json` form. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
  /** Only for bugs. */
  readonly stack?: string;
}

/** Sorts anything thrown into a mistake, failed work, or a bug. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: error.message,
      hint: error.hint,
      exitCode: error.exitCode,
    };
  }
  if (error instanceof CommanderError) {
    return {
      code: 'usage',
      message: error.message.replace(/^error: /u, ''),
      hint: 'informant --help lists the commands, informant COMMAND --help their options.',
      exitCode: EXIT.userMistake,
    };
  }
  const bug = error instanceof Error ? error : new Error(String(error));
  return {
    code: 'bug',
    message: bug.message,
    hint: 'This is a bug in Informant. Please report it with the lines above and the command you ran.',
    exitCode: EXIT.failedWork,
    stack: bug.stack ?? bug.message,
  };
}

/** Reports a failure: `error:` and `fix:` on stderr, or one JSON object on stdout. */
export function printFailure(failure: Failure, json: boolean, io: CliIo): void {
  if (json) {
    const { code, message, hint } = failure;
    io.stdout.write(`${JSON.stringify({ error: { code, message, hint: hint ?? null } })}\n`);
    if (failure.stack !== undefined) io.stderr.write(`${visibleText(failure.stack)}\n`);
    return;
  }
  const colors = colorsFor(io.stderr, io.env);
  if (failure.stack !== undefined) io.stderr.write(`${visibleText(failure.stack)}\n`);
  io.stderr.write(`${colors.red('error:')} ${visibleText(failure.message)}\n`);
  if (failure.hint !== undefined) {
    io.stderr.write(`${colors.cyan('fix:')} ${visibleText(failure.hint)}\n`);
  }
}
