import type { CliIo, OutputStream } from './io.ts';

/** An io that remembers what was written and lets a test press Ctrl-C; for tests only. */
export function testIo(options: { cwd?: string; env?: Record<string, string> } = {}): {
  io: CliIo;
  out: () => string;
  err: () => string;
  interrupt: () => void;
  killed: () => number | undefined;
} {
  const out: string[] = [];
  const err: string[] = [];
  const handlers = new Set<() => void>();
  let killed: number | undefined;
  const io: CliIo = {
    stdout: sink(out),
    stderr: sink(err),
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    now: Date.now,
    onInterrupt: (handler) => {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    kill: (exitCode) => {
      killed ??= exitCode;
    },
  };
  return {
    io,
    out: () => out.join(''),
    err: () => err.join(''),
    interrupt: () => [...handlers].forEach((handler) => handler()),
    killed: () => killed,
  };
}

function sink(chunks: string[]): OutputStream {
  return {
    write: (chunk) => {
      chunks.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
      return true;
    },
  };
}
