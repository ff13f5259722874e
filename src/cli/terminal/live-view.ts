import type { RunEvent } from '../../run/events.ts';
import { type CliIo, colorsFor, note, type OutputStream } from '../io.ts';
import { createJsonLog } from './json-log.ts';
import { createPlainLog } from './plain-log.ts';
import { progressLines } from './progress-view.ts';
import type { ProgressTracker } from './progress-tracker.ts';
import { WindowRenderer } from './window-renderer.ts';

/** Shows a run while it happens. */
export interface LiveView {
  onEvent(event: RunEvent): void;
  /** A remark: in the window, or as a line. */
  remark(text: string): void;
  /** Gives the terminal back. Idempotent. */
  stop(): void;
}

/**
 * A window on a terminal, else lines on stderr; `log` asks for lines in a format of its own. With
 * `json` the result owns stdout, so the window may be on stderr alone.
 */
export function startLiveView(
  io: CliIo,
  tracker: ProgressTracker,
  options: { readonly log?: 'text' | 'json'; readonly json?: boolean },
): LiveView {
  const { log } = options;
  const screen = log === undefined ? screenOf(io, options.json === true) : undefined;
  if (screen !== undefined) return windowView(io, tracker, screen);
  const write = (line: string): void => note(io, line);
  const show =
    log === 'json'
      ? createJsonLog({ write, now: io.now })
      : createPlainLog({ write, now: io.now, view: tracker.view });
  return {
    onEvent: (event) => {
      tracker.apply(event);
      show(event);
    },
    remark: log === 'json' ? () => undefined : write,
    stop: () => undefined,
  };
}

function windowView(io: CliIo, tracker: ProgressTracker, screen: OutputStream): LiveView {
  const colors = colorsFor(screen, io.env);
  const window = new WindowRenderer({
    output: screen,
    intercept: [io.stdout, io.stderr].filter((stream) => stream.isTTY === true),
    lines: (size) => progressLines(tracker.view(), size, colors),
  });
  // A crash must not leave the terminal without its cursor.
  const restore = (): void => window.stop();
  process.once('exit', restore);
  window.start();
  return {
    onEvent: tracker.apply,
    remark: (text) => {
      tracker.note(text);
      window.draw();
    },
    stop: () => {
      window.stop();
      process.off('exit', restore);
    },
  };
}

function screenOf(io: CliIo, json: boolean): OutputStream | undefined {
  if (io.env['TERM'] === 'dumb') return undefined;
  if (io.stderr.isTTY === true) return io.stderr;
  return !json && io.stdout.isTTY === true ? io.stdout : undefined;
}
