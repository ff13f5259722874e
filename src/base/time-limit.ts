import { createContext, Script } from 'node:vm';

const script = new Script('work()');
/** One context for all calls; `work` is set for the length of a call. */
const context: { work?: () => void } = Object.create(null);
createContext(context);

/** The work of `withinTime` did not end in time. */
export class TimeLimitError extends Error {
  constructor(milliseconds: number) {
    super(`it did not end within ${milliseconds / 1000} s`);
    this.name = 'TimeLimitError';
  }
}

/**
 * Runs synchronous work and stops it after `milliseconds`, wherever it is: in a loop, in a built-in
 * or in the backtracking of a regular expression. V8 interrupts the thread for scripts with a
 * timeout, and a function called from such a script is part of it. Costs about 0.1 ms a call.
 * Throws TimeLimitError, or what the work throws. Stopped work runs no `finally`, so it must not
 * hold files or locks; calls may be nested.
 */
export function withinTime<T>(milliseconds: number, work: () => T): T {
  const results: T[] = [];
  const outer = context.work;
  context.work = () => void results.push(work());
  try {
    script.runInContext(context, { timeout: milliseconds });
  } catch (error) {
    throw isTimeout(error) ? new TimeLimitError(milliseconds) : error;
  } finally {
    if (outer === undefined) delete context.work;
    else context.work = outer;
  }
  return results[0]!;
}

/** The error comes from the other context, so it is no instance of this one's Error. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
