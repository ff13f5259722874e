import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { messageOf, workError } from '../../src/base/errors.ts';
import { parseJson } from '../../src/base/json.ts';

/** What a worker says when it has loaded everything. */
const readySchema = z.object({
  event: z.literal('ready'),
  /** Versions and settings, for people. */
  settings: z.string(),
  maxRssBytes: z.number(),
});

/** What a worker says after a round: seconds of each step (or of the one sampling run). */
const roundSchema = z.object({
  event: z.literal('round'),
  seconds: z.array(z.number()).min(1).readonly(),
  losses: z.array(z.number()).readonly(),
  /** What the round worked through, where that is not known beforehand. */
  tokens: z.number().optional(),
  /** Peak resident memory of the process so far. */
  maxRssBytes: z.number(),
});
export type Round = z.infer<typeof roundSchema>;

/** A process that does one side's work, a round at a time, and waits in between. */
export interface Worker {
  readonly name: string;
  readonly settings: string;
  /** Runs `steps` steps. Work error `peer-failed` with the end of stderr when the process dies. */
  round(steps: number): Promise<Round>;
  close(): Promise<void>;
}

const KEPT_STDERR_CHARS = 2000;

/**
 * Starts a worker: it says `ready` on stdout, then answers each `{"steps": n}` on stdin with a
 * `round` event, all as JSON lines, and ends when stdin does. Raises work error `peer-failed`.
 */
export async function startWorker(
  name: string,
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Worker> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR_CHARS);
  });
  const ended = once(child, 'close').catch((error: unknown) => {
    stderr += messageOf(error);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(schema: z.ZodType<T>): Promise<T> => {
    const line = await lines.next();
    if (line.done === true) {
      await ended;
      throw workError('peer-failed', `${name} ended early: ${stderr.trim()}`);
    }
    return schema.parse(parseJson(line.value));
  };
  const { settings } = await next(readySchema);
  return {
    name,
    settings,
    round: (steps) => {
      child.stdin.write(`${JSON.stringify({ steps })}\n`);
      return next(roundSchema);
    },
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
