import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';

/** What a tab holds, bytes, after a collection of garbage. */
export interface TabMemory {
  readonly heap: number;
  /** Memory of the largest renderer that it shares with no other process; null where unknown. */
  readonly privateMemory: number | null;
}

const processesSchema = z.object({
  processInfo: z.array(z.object({ type: z.string(), id: z.int() })),
});

export async function tabMemory(browser: Browser, page: Page): Promise<TabMemory> {
  const tab = await page.context().newCDPSession(page);
  await tab.send('HeapProfiler.collectGarbage');
  await tab.send('Performance.enable');
  const { metrics } = await tab.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
  const whole = await browser.newBrowserCDPSession();
  const { processInfo } = processesSchema.parse(await whole.send('SystemInfo.getProcessInfo'));
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const sizes = renderers.map(({ id }) => privateBytes(id)).filter((size) => size !== null);
  return { heap, privateMemory: sizes.length === 0 ? null : Math.max(...sizes) };
}

/** Linux tells it; null elsewhere. */
function privateBytes(pid: number): number | null {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const parts = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB$/gmu)];
    return parts.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1_024, 0);
  } catch {
    return null;
  }
}
