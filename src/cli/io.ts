import picocolors from 'picocolors';
import type { TerminalStream } from './terminal/window-renderer.ts';

/** Functions that colour text, or leave it alone. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** A stream a command writes to. */
export interface OutputStream extends TerminalStream {
  readonly isTTY?: boolean;
}

/** The outside world as commands see it; tests hand in their own. */
export interface CliIo {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Calls `handler` on every Ctrl-C; returns the undo. */
  readonly onInterrupt: (handler: () => void) => () => void;
  /** Ends the process at once; used for the second Ctrl-C only. */
  readonly kill: (exitCode: number) => void;
}

/** The real process. */
export function processIo(): CliIo {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: Date.now,
    onInterrupt: (handler) => {
      process.on('SIGINT', handler);
      process.on('SIGTERM', handler);
      return () => {
        process.off('SIGINT', handler);
        process.off('SIGTERM', handler);
      };
    },
    kill: (exitCode) => process.exit(exitCode),
  };
}

/** Colours for a stream: only on a terminal, and never when NO_COLOR is set. */
export function colorsFor(stream: OutputStream, env: CliIo['env']): Colors {
  const wanted = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return picocolors.createColors(wanted);
}

/** One line to stdout. */
export function print(io: CliIo, text: string): void {
  io.stdout.write(`${text}\n`);
}

/** One line to stderr: progress and notes, so that stdout stays data. */
export function note(io: CliIo, text: string): void {
  io.stderr.write(`${text}\n`);
}
