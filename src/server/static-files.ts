import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import type { Handler } from 'hono';
import { ProblemError } from './problem.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/** Files below this folder carry a digest of their content in their name. */
const HASHED = '/assets/';

/**
 * Serves the built page. A request names a file of the folder's own listing or it names nothing, so
 * no spelling of a path can lead out of the folder.
 */
export function pageFiles(folder: string): Handler {
  return (c) => {
    const path = c.req.path === '/' ? '/index.html' : c.req.path;
    const file = listed(folder).get(path);
    if (file === undefined) {
      if (path !== '/index.html')
        throw new ProblemError(404, 'no-such-file', 'There is no such file.');
      return c.text('The page is not built. Run: npm run build\n', 503);
    }
    return c.body(new Uint8Array(readFileSync(file)), 200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Cache-Control': path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
  };
}

function listed(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(folder.length).replaceAll(sep, '/'), path] as const;
      }),
  );
}
