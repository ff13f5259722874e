import { fitText } from '../text-width.ts';

/** What the window needs of a terminal stream. */
export interface TerminalStream {
  readonly columns?: number;
  readonly rows?: number;
  write(chunk: string | Uint8Array, encoding?: string | WriteDone, done?: WriteDone): boolean;
}

type WriteDone = (error?: Error | null) => void;

export interface WindowOptions {
  /** Where the window is drawn. */
  readonly output: TerminalStream;
  /** Streams whose stray writes must appear above the window (`output` included). */
  readonly intercept: readonly TerminalStream[];
  /** The lines to show now, for a terminal of this size. */
  readonly lines: (size: { columns: number; rows: number }) => readonly string[];
  /** Least time between two drawings; at most 10 Hz by default. */
  readonly intervalMs?: number;
}

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const CLEAR_BELOW = '\u001B[J';
const SYNC_START = '\u001B[?2026h';
const SYNC_END = '\u001B[?2026l';

/**
 * A small window redrawn in place at the bottom of the terminal. While it runs, other writes to the
 * intercepted streams are held back and printed above it with the next drawing, so a library's
 * stray warning cannot tear it.
 */
export class WindowRenderer {
  readonly #options: WindowOptions;
  readonly #write: (text: string) => void;
  readonly #restore: (() => void)[] = [];
  #held = '';
  #height = 0;
  #last = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WindowOptions) {
    this.#options = options;
    const write = options.output.write.bind(options.output);
    this.#write = (text) => void write(text);
  }

  /** Starts drawing; call `stop` whatever happens, or the cursor stays hidden. */
  start(): void {
    for (const stream of new Set(this.#options.intercept)) this.#capture(stream);
    this.#write(HIDE_CURSOR);
    this.draw();
    this.#timer = setInterval(() => this.draw(), this.#options.intervalMs ?? 100);
    this.#timer.unref();
  }

  /** Draws now if anything changed. */
  draw(): void {
    const columns = Math.max(20, this.#options.output.columns ?? 80);
    const rows = Math.max(4, this.#options.output.rows ?? 24);
    const lines = this.#options
      .lines({ columns, rows })
      .slice(0, rows - 1)
      .map((line) => fitText(line, columns - 1));
    const text = lines.map((line) => `${line}\n`).join('');
    if (text === this.#last && this.#held === '') return;
    this.#write(SYNC_START + this.#erase() + this.#takeHeld() + text + SYNC_END);
    this.#last = text;
    this.#height = lines.length;
  }

  /** Removes the window, prints what was held back and gives the streams back. Idempotent. */
  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const restore of this.#restore.splice(0)) restore();
    this.#write(this.#erase() + this.#takeHeld() + SHOW_CURSOR);
    this.#height = 0;
    this.#last = '';
  }

  #erase(): string {
    return this.#height === 0 ? '' : `\u001B[${this.#height}A\r${CLEAR_BELOW}`;
  }

  #takeHeld(): string {
    const held = this.#held;
    this.#held = '';
    return held === '' || held.endsWith('\n') ? held : `${held}\n`;
  }

  #capture(stream: TerminalStream): void {
    const original = stream.write.bind(stream);
    const held: TerminalStream['write'] = (chunk, encoding, callback) => {
      this.#held += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
      const done = typeof encoding === 'function' ? encoding : callback;
      done?.();
      return true;
    };
    stream.write = held;
    this.#restore.push(() => {
      stream.write = original;
    });
  }
}
