import { EXIT } from '../base/errors.ts';
import type { CliIo } from './io.ts';

/**
 * Runs work that Ctrl-C may stop: the first interrupt aborts the signal and calls `onFirst`, the
 * second ends the process at once. `interrupted` says whether the first one came.
 */
export async function withInterrupt<T>(
  io: CliIo,
  onFirst: () => void,
  onKill: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly interrupted: boolean; readonly value: T | undefined }> {
  const controller = new AbortController();
  const undo = io.onInterrupt(() => {
    if (controller.signal.aborted) {
      onKill();
      io.kill(EXIT.interrupted);
      return;
    }
    controller.abort();
    onFirst();
  });
  try {
    const value = await work(controller.signal);
    return { interrupted: controller.signal.aborted, value };
  } catch (error) {
    // Work that was told to stop may end by throwing the abort; anything else is a real failure.
    const isAbort = error instanceof Error && error.name === 'AbortError';
    if (!controller.signal.aborted || !isAbort) throw error;
    return { interrupted: true, value: undefined };
  } finally {
    undo();
  }
}
