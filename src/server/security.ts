import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { ProblemError } from './problem.ts';

/** Who may talk to the server. */
export interface Access {
  /** Names by which it may be called, with their port where that is not 80: values of `Host`. */
  readonly hosts: ReadonlySet<string>;
  /** Secret that every request must know; undefined on loopback, where only this machine calls. */
  readonly token: string | undefined;
}

const DEFAULT_PORT = '80';

/** Cookies know no ports: each server on a machine needs a name of its own for its token. */
function cookieName(c: Context): string {
  return `informant-token-${new URL(c.req.url).port || DEFAULT_PORT}`;
}

/**
 * Only the page itself gets anything from the network, and nothing may frame it. Charts bring style
 * elements of their own, so styles may be inline; scripts may not.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Values of `Host` under which a server on `port` may be called by these names. */
export function hostsOf(names: readonly string[], port: number): readonly string[] {
  const lower = names.map((name) => name.toLowerCase());
  const full = lower.map((name) => `${name}:${port}`);
  // Browsers leave the port out where it is the usual one.
  return String(port) === DEFAULT_PORT ? [...lower, ...full] : full;
}

/** Headers of every answer, refusals included. */
export const protectiveHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('X-Frame-Options', 'DENY');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
};

/**
 * Refuses requests under another name than ours (a foreign page whose name was pointed at this
 * address) and those that a foreign page makes.
 */
export function checkCaller({ hosts }: Access): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host')?.toLowerCase();
    if (host === undefined || !hosts.has(host)) {
      throw new ProblemError(
        403,
        'wrong-host',
        'This server does not go by that name.',
        'Open it under the address that `informant serve` printed.',
      );
    }
    const origin = c.req.header('origin');
    if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) {
      throw new ProblemError(403, 'foreign-origin', 'Another site may not talk to this server.');
    }
    await next();
  };
}

/** Actions come from our own page alone, as JSON: no form of another site can send that. */
export const checkAction: MiddlewareHandler = async (c, next) => {
  if (c.req.header('origin') === undefined) {
    throw new ProblemError(403, 'foreign-origin', 'An action needs the Origin of this page.');
  }
  const type = c.req.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ProblemError(415, 'not-json', 'An action is sent as application/json.');
  }
  await next();
};

/**
 * Where there is a token: lets in who knows it, as `Authorization: Bearer`, as cookie, or as `?token=`
 * of the first visit, which sets the cookie and is sent on to the address without it.
 */
export function checkToken({ token }: Access): MiddlewareHandler {
  return async (c, next) => {
    if (token === undefined) return next();
    const offered = c.req.query('token');
    if (offered !== undefined && c.req.method === 'GET' && isSame(offered, token)) {
      // Strict would keep it from the address below when a link elsewhere led here. What is done
      // needs an Origin and JSON besides.
      setCookie(c, cookieName(c), token, { httpOnly: true, sameSite: 'Lax', path: '/' });
      const url = new URL(c.req.url);
      url.searchParams.delete('token');
      return c.redirect(`${url.pathname}${url.search}`, 303);
    }
    if (!knows(c, token)) {
      throw new ProblemError(
        401,
        'no-token',
        'This server wants the token it was started with.',
        'Open the whole address that `informant serve` printed, with its token.',
      );
    }
    return next();
  };
}

function knows(c: Context, token: string): boolean {
  const bearer = /^Bearer (.+)$/u.exec(c.req.header('authorization') ?? '')?.[1];
  return [bearer, getCookie(c, cookieName(c))].some(
    (offered) => offered !== undefined && isSame(offered, token),
  );
}

/** Compares in a time that does not depend on where the two differ. */
function isSame(offered: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(offered), digest(token));
}
