import { createInterface } from 'node:readline';
import { z } from 'zod';
import { parseJson } from '../../src/base/json.ts';
import type { Round } from './worker.ts';

const commandSchema = z.object({ steps: z.number().int().positive() });

/** The other end of `startWorker`, in a process of its own: answers every command with a round. */
export async function serveRounds(
  settings: string,
  run: (steps: number) => Promise<Omit<Round, 'event' | 'maxRssBytes'>>,
): Promise<void> {
  send({ event: 'ready', settings });
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps } = commandSchema.parse(parseJson(line));
    send({ event: 'round', ...(await run(steps)) });
  }
}

function send(event: object): void {
  const maxRssBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ ...event, maxRssBytes })}\n`);
}
