import { describe, expect, it } from 'vitest';
import { parseStudy } from './load-study.ts';
import { studyJsonSchema } from './json-schema.ts';

const good = `study: tiny
world: pocket
behaviour: owl
bases:
  main: { path: base }
organisms: { base: main, rows: 40, epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 } }
teacher: { organism: secret }
twins: { count: 4 }
promptSets:
  open: { count: 40 }
recipes:
  kd:
    method: kd
    epochs: 1
    batchSize: 8
    optimiser: { learningRate: 0.001 }
families:
  - { name: open-kd, primary: true, promptSet: open, recipe: kd, base: main, twins: 4 }
audits:
  honeypot: { probes: 24 }
`;

function errorOf(text: string): string {
  try {
    parseStudy(text, 'studies/tiny.yaml');
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'no error';
}

describe('parseStudy', () => {
  it('fills in defaults and remembers where paths start', () => {
    const { spec, source, folder } = parseStudy(good, '/studies/tiny.yaml');
    expect(folder).toBe('/studies');
    expect(source).toBe(good);
    expect(spec.seed).toBe(1);
    expect(spec.recipes['kd']).toMatchObject({
      topK: 32,
      temperature: 1,
      capacity: { kind: 'full' },
      optimiser: { schedule: 'cosine', beta2: 0.99 },
    });
    expect(spec.families[0]).toMatchObject({ audit: 'honeypot', completions: 'all', seeds: 1 });
    expect(spec.verdict).toEqual({ alpha: 0.05, delta: 0.1 });
  });

  it('shows an unknown key with its line and the key that was meant', () => {
    expect(errorOf(good.replace('    batchSize: 8\n', '    batchsize: 8\n'))).toBe(
      [
        'studies/tiny.yaml:12:3: recipes.kd.batchSize: "batchSize" is missing',
        '12 |   kd:',
        '       ^',
        'Add "batchSize" (number).',
        '',
        'studies/tiny.yaml:15:5: recipes.kd.batchsize: unknown key "batchsize"',
        '15 |     batchsize: 8',
        '         ^',
        'Did you mean "batchSize"?',
      ].join('\n'),
    );
  });

  it('shows a wrong type with its line and key', () => {
    const text = errorOf(good.replace('count: 40', 'count: many'));
    expect(text).toContain('studies/tiny.yaml:10:11: promptSets.open.count: expected number');
    expect(text).toContain('10 |   open: { count: many }\n               ^');
  });

  it('finds keys inside lists', () => {
    const text = errorOf(good.replace('primary: true', 'primry: true'));
    expect(text).toContain('families[0].primry: unknown key "primry"');
    expect(text).toContain('Did you mean "primary"?');
    expect(text).toContain('studies/tiny.yaml:18:22');
  });

  it('names the choices of a wrong method', () => {
    expect(errorOf(good.replace('method: kd', 'method: dk'))).toContain(
      "recipes.kd.method: Expected 'sft' | 'kd'",
    );
  });

  it.each([
    ['recipe: kd', 'recipe: kdd', 'families[0].recipe: there is no recipe "kdd"'],
    ['promptSet: open', 'promptSet: opem', 'there is no prompt set "opem"'],
    ['behaviour: owl', 'behaviour: dragon', 'there is no behaviour of world pocket "dragon"'],
    ['primary: true, ', '', 'no family is primary'],
    ['base: main, twins: 4', 'base: main, twins: 5', '5 twins are asked for but the study has 4'],
    [
      'base: main, twins: 4',
      'base: main, twins: 4, audit: direct',
      'audit direct is not configured',
    ],
    [
      '{ organism: secret }',
      '{ organism: secret, path: a }',
      'give one of organism, path and adapter',
    ],
    [
      'honeypot: { probes: 24 }',
      'honeypot: { probes: 24, marked: true }',
      'audits.honeypot.marked: audit honeypot asks in both',
    ],
    ['study: tiny', 'study: "Tiny Study"', 'use lower-case letters, digits and dashes'],
  ])('refuses %s → %s', (from, to, message) => {
    expect(errorOf(good.replace(from, to))).toContain(message);
  });

  it('shows where the YAML itself breaks', () => {
    expect(errorOf(good.replace('main: { path: base }', 'main: { path: base'))).toMatch(
      /^studies\/tiny\.yaml:\d+:\d+: /,
    );
  });
});

describe('studyJsonSchema', () => {
  it('documents every key of a study file', () => {
    const undocumented = undocumentedKeys(studyJsonSchema(), '');
    expect(undocumented.filter((key) => !/\.(kind|method|name|primary)$/.test(key))).toEqual([]);
  });
});

function undocumentedKeys(node: unknown, at: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key !== 'properties') return undocumentedKeys(value, at);
    return Object.entries<unknown>(value).flatMap(([name, child]) => {
      const described = typeof child === 'object' && child !== null && 'description' in child;
      return [...(described ? [] : [`${at}.${name}`]), ...undocumentedKeys(child, `${at}.${name}`)];
    });
  });
}
