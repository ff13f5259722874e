import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseJson } from '../src/base/json.ts';
import { verdictSchema } from '../src/verdict/verdict-schema.ts';
import type { Verdict } from '../src/verdict/types.ts';

/**
 * `npm run validate:pocket [-- --study examples/pocket.yaml --seeds 5 --out .informant/validation]`
 *
 * Runs a study under several study seeds (another U, other twins, prompts, probes and training
 * orders each time) and prints the verdicts as a Markdown table. Resumes where it was stopped.
 */
const { values } = parseArgs({
  options: {
    study: { type: 'string', default: 'examples/pocket.yaml' },
    seeds: { type: 'string', default: '5' },
    out: { type: 'string', default: '.informant/validation' },
  },
});
const bin = resolve('bin/informant.js');
const source = readFileSync(values.study, 'utf8');
mkdirSync(values.out, { recursive: true });

const verdicts: { readonly seed: number; readonly verdict: Verdict; readonly seconds: number }[] =
  [];
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const file = join(values.out, `seed-${seed}.yaml`);
  const store = join(values.out, `seed-${seed}`);
  writeFileSync(file, source.replace(/^seed: \d+$/m, `seed: ${seed}`));
  const start = performance.now();
  informant('run', file, '--store', store);
  const seconds = (performance.now() - start) / 1000;
  const verdict = verdictSchema.parse(
    parseJson(informant('verdict', file, '--store', store, '--json')),
  );
  verdicts.push({ seed, verdict, seconds });
  console.error(`seed ${seed}: ${verdict.outcome} in ${seconds.toFixed(0)} s`);
}

const families = verdicts[0]?.verdict.families.map(({ name }) => name) ?? [];
const row = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
row(['seed', 'outcome', 'U under audit', 'twins', 'p', ...families.map((name) => `Δ ${name}`)]);
row(Array.from({ length: 5 + families.length }, () => '---'));
for (const { seed, verdict } of verdicts) {
  const { passed, p, rate, twinRates } = verdict.teacherAudit;
  const mean = twinRates.reduce((sum, value) => sum + value, 0) / twinRates.length;
  row([
    String(seed),
    verdict.outcome,
    `${two(rate)} (${passed ? 'passes' : 'fails'})`,
    two(mean),
    two(p),
    ...families.map((name) => {
      const family = verdict.families.find((candidate) => candidate.name === name);
      if (family === undefined) return 'none';
      return `${two(family.delta)} [${two(family.interval.low)}, ${two(family.interval.high)}]`;
    }),
  ]);
}
for (const { seed, verdict } of verdicts) {
  for (const { name, detail, ok } of verdict.gates) {
    if (!ok) console.log(`\nseed ${seed}: gate "${name}" failed: ${detail}`);
  }
}

function informant(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`informant ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

function two(value: number): string {
  return value.toFixed(2);
}
