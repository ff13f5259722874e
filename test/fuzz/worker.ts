import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openArena } from './attempt.ts';
import { drawBatch, type HostileCase } from './hostile-case.ts';
import { type CaseReport, orderSchema } from './protocol.ts';

// A process of the fuzzer: draws the batches it is told to, reports every case as it ends.
const root = mkdtempSync(join(tmpdir(), 'informant-fuzz-'));
const attempt = openArena(root);

process.on('message', (message: unknown) => {
  const { seed, batch, from } = z.parse(orderSchema, message);
  void run(seed, batch, from);
});
process.on('disconnect', () => {
  rmSync(root, { recursive: true, force: true });
  process.exit();
});

async function run(seed: number, batch: number, from: number): Promise<void> {
  const drawn = drawBatch(seed, batch);
  for (const [at, hostile] of drawn.entries()) {
    if (at >= from) report(at, await measured(hostile));
  }
}

async function measured(hostile: HostileCase): Promise<Omit<CaseReport, 'at'>> {
  const start = performance.now();
  const outcome = await attempt(hostile).catch((error: unknown) => ({
    kind: 'bug' as const,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  const milliseconds = performance.now() - start;
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  return { format: hostile.format, outcome, milliseconds, peakMegabytes };
}

function report(at: number, rest: Omit<CaseReport, 'at'>): void {
  process.send?.({ at, ...rest } satisfies CaseReport);
}
