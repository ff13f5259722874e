import { duration } from '../../base/numbers.ts';
import { type CliIo, note } from '../io.ts';

const EVERY_MS = 5000;

/**
 * Tells on stderr how many of a known number of things are done, at what rate, and how long the rest
 * takes at that rate: at most every five seconds, and when all are done. `unit` is a plural.
 */
export function countedProgress(io: CliIo, unit: string): (done: number, total: number) => void {
  const startedMs = io.now();
  let shownMs = startedMs;
  return (done, total) => {
    const nowMs = io.now();
    if (nowMs - shownMs < EVERY_MS && done < total) return;
    shownMs = nowMs;
    const perSecond = done / Math.max(0.001, (nowMs - startedMs) / 1000);
    const rate =
      perSecond >= 1
        ? `${perSecond.toFixed(0)} per second`
        : `${(perSecond * 60).toPrecision(2)} per minute`;
    const left = done === 0 ? '' : ` · ${duration((total - done) / perSecond)} left`;
    note(io, `${count(done)} of ${count(total)} ${unit} · ${rate}${left}`);
  };
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
