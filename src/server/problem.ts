import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import type { Problem } from '../api/actions.ts';
import { AppError, EXIT } from '../base/errors.ts';

/** Statuses this server answers with when it cannot do what was asked. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 500 | 503;

/** An answer that is not 2xx, thrown from anywhere below a route. */
export class ProblemError extends Error {
  readonly status: ProblemStatus;
  readonly problem: Problem;

  constructor(status: ProblemStatus, code: string, message: string, hint?: string) {
    super(message);
    this.name = 'ProblemError';
    this.status = status;
    this.problem = { code, message, ...(hint === undefined ? {} : { hint }) };
  }
}

/** Errors of what lies below, by code; all other mistakes of a user are 400, failed work is 500. */
const STATUS: Readonly<Record<string, ProblemStatus>> = {
  'no-verdict': 404,
  'no-such-study': 404,
  'no-such-arm': 404,
  'study-locked': 409,
  'store-busy': 503,
  'store-not-writable': 409,
};

/** Longest list of a query's mistakes that is sent back. */
const MAX_ISSUES = 5;

/** The answer to an error. Bugs are shown to the operator alone, by `log`. */
export function problemResponse(c: Context, error: unknown, log: (text: string) => void): Response {
  const { status, problem } = problemOf(error, log);
  return c.json(problem, status);
}

function problemOf(
  error: unknown,
  log: (text: string) => void,
): { readonly status: ProblemStatus; readonly problem: Problem } {
  if (error instanceof ProblemError) return error;
  if (error instanceof AppError) {
    const { code, message, hint, exitCode } = error;
    return {
      status: STATUS[code] ?? (exitCode === EXIT.userMistake ? 400 : 500),
      problem: { code, message, ...(hint === undefined ? {} : { hint }) },
    };
  }
  if (error instanceof HTTPException && error.status === 413) {
    return { status: 413, problem: { code: 'too-large', message: 'The request is too large.' } };
  }
  if (error instanceof BadRequest) {
    const told = error.issues.slice(0, MAX_ISSUES).map(({ path, message }) => {
      return `${path.map(String).join('.') || 'request'}: ${message}`;
    });
    return { status: 400, problem: { code: 'bad-request', message: told.join('; ') } };
  }
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return {
    status: 500,
    problem: {
      code: 'bug',
      message: 'The server met an error it did not expect.',
      hint: 'This is a bug in Informant. The terminal that runs the server shows where.',
    },
  };
}

/** What was sent does not fit its schema; the stored data's own mismatches are bugs instead. */
class BadRequest extends Error {
  readonly issues: z.ZodError['issues'];

  constructor(error: z.ZodError) {
    super('bad request');
    this.issues = error.issues;
  }
}

/** Parses what a client sent; 400 `bad-request` where it does not fit. */
export function parseSent<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new BadRequest(parsed.error);
  return parsed.data;
}
