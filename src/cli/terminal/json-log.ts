import type { RunEvent } from '../../run/events.ts';

const PROGRESS_GAP_MS = 1_000;

/** Events as JSON lines with a time stamp; progress of one step at most once a second. */
export function createJsonLog(options: {
  readonly write: (line: string) => void;
  readonly now: () => number;
}): (event: RunEvent) => void {
  const { write, now } = options;
  const last = new Map<string, number>();
  return (event) => {
    const time = now();
    if (event.type === 'step-progress') {
      if (time - (last.get(event.key) ?? Number.NEGATIVE_INFINITY) < PROGRESS_GAP_MS) return;
      last.set(event.key, time);
    }
    write(JSON.stringify({ time: new Date(time).toISOString(), ...event }));
  };
}
