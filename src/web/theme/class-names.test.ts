import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const web = join(import.meta.dirname, '..');

// Styles stay on the page once a screen has been visited: a class that two screens define looks
// right on each alone and wrong on whichever is visited second.
it('no two screens define one class', () => {
  const owners = new Map<string, Set<string>>();
  for (const file of readdirSync(join(web, 'screens'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.css')) continue;
    const rules = readFileSync(join(web, 'screens', file), 'utf8').replaceAll(/\/\*.*?\*\//gsu, '');
    for (const [, selectors = ''] of rules.matchAll(/([^{}]+)\{/gu)) {
      for (const selector of selectors.split(',')) {
        const name = /^\s*\.([\w-]+)/u.exec(selector)?.[1];
        if (name !== undefined) owners.set(name, (owners.get(name) ?? new Set()).add(file));
      }
    }
  }
  const shared = [...owners].filter(([, files]) => files.size > 1).map(([name]) => name);
  // `standing` is one thing in the list of samples and in a sample.
  expect(shared.filter((name) => name !== 'standing')).toEqual([]);
});
