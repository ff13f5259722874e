import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
] as const;

// Where the environment promises a browser, its absence is a failure and no reason to skip.
const path = process.env['INFORMANT_BROWSER'] ?? PLACES.find((place) => existsSync(place));

/** `describe` for what needs a browser; skipped, and says so, where there is none. */
export function describeInBrowser(name: string, body: () => void): void {
  const reason = 'skipped: no Chromium found; INFORMANT_BROWSER may name one';
  describe.skipIf(path === undefined)(path === undefined ? `${name} (${reason})` : name, body);
}

/** Starts the browser without a profile; the caller closes it. */
export function launch(): Promise<Browser> {
  if (path === undefined) throw new Error('there is no Chromium');
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--no-proxy-server'] });
}
