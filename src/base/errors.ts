/** Process exit codes of every command. */
export const EXIT = { done: 0, failedWork: 1, userMistake: 2, interrupted: 130 } as const;

/** Longest message: it may quote a file that holds megabytes where a word belongs. */
const MAX_MESSAGE_CHARS = 4_000;

/**
 * An error meant for a person. `message` says what is wrong and where, `hint` what to do about it.
 * Anything thrown that is not an AppError is a bug.
 */
export class AppError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(
    code: string,
    message: string,
    options: { hint?: string; cause?: unknown; exitCode?: number } = {},
  ) {
    super(shortened(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT.failedWork;
  }
}

function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE_CHARS) return message;
  return `${message.slice(0, MAX_MESSAGE_CHARS)}… (${message.length} characters)`;
}

/** A mistake the user can fix: exit code 2. Say the file, the line or key, and the fix. */
export function userError(code: string, message: string, hint?: string, cause?: unknown): AppError {
  return new AppError(code, message, {
    exitCode: EXIT.userMistake,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Work that could not be done: exit code 1. */
export function workError(code: string, message: string, hint?: string, cause?: unknown): AppError {
  return new AppError(code, message, {
    exitCode: EXIT.failedWork,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
