import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../base/package-root.ts';
import { NULL_SETTINGS } from './simulation/settings.ts';

const ROOT = packageRoot();
const page = readFileSync(join(ROOT, 'docs', 'statistics.md'), 'utf8');
const attacks = page.split('\n').filter((line) => /^\| \d+ \|/u.test(line));
const tests = new Map(
  readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => [basename(path), readFileSync(join(ROOT, 'src', path), 'utf8')]),
);

describe('the attack list of docs/statistics.md', () => {
  it('has at least fifteen attacks, each caught by something or said not to be', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(15);
    for (const attack of attacks) {
      expect(attack).toMatch(/\.test\.ts|setting|ledger|not caught|warns|Annex|registered/iu);
    }
  });

  it('names tests and settings that exist', () => {
    let named = 0;
    for (const [, path, title] of page.matchAll(/`([\w/.-]+\.test\.ts)`(?: "([^"]+)")?/gu)) {
      const text = tests.get(basename(path!));
      expect(text, path).toBeDefined();
      if (title !== undefined) expect(text, `${path}: ${title}`).toContain(title);
      named += 1;
    }
    expect(named).toBeGreaterThan(15);
    const settings = new Set(NULL_SETTINGS.map(({ name }) => name));
    for (const [, name] of page.matchAll(/setting `([\w-]+)`/gu)) expect(settings).toContain(name);
  });
});
