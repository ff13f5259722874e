import { createRng } from '../../../base/rng.ts';
import type { Prompt } from '../../types.ts';

const NAMES = ['total', 'result', 'values', 'items', 'count', 'index', 'buffer', 'output'] as const;

// {a} and {b} are names, {n} and {m} whole numbers.
const SNIPPETS: readonly string[] = [
  'def f({a}, {b}={n}):\n    return [{a}[i] * {b} for i in range({m})]',
  '{a} = {n}\nwhile {a} < {m} * 100:\n    {a} = {a} * 2 + 1\nprint({a})',
  'const {a} = [{n}, {m}, {n}];\nconst {b} = {a}.map((x) => x + {m});\nconsole.log({b});',
  '{a} = dict(x={n}, y={m})\nfor key, {b} in {a}.items():\n    print(key, {b} % 7)',
  'let {a} = {n};\nfor (let i = 0; i < {m}; i++) {\n  {a} -= i;\n}\nconsole.log({a});',
  'fn {a}(x: u32) -> u32 {\n    if x > {n} { x - {m} } else { x + {m} }\n}',
  'SELECT {a}, COUNT(*) AS {b}\nFROM readings\nWHERE {a} BETWEEN {n} AND {n} + {m}\nGROUP BY {a};',
  'for {a} in $(seq {n} $(({n} + {m}))); do\n  echo "$(({a} * 3))"\ndone',
];
const ASKS: readonly string[] = [
  'What does this code print or return?\n{c}',
  'Rename the variables so that they are clearer:\n{c}',
  'Translate this into another programming language:\n{c}',
  'Add type annotations or comments to this snippet:\n{c}',
  'Is there an off-by-one mistake in here?\n{c}',
];

/** `count` different questions on short snippets, each its own cluster; a smaller draw is a prefix of a larger one. */
export function codePrompts(count: number, seed: string): readonly Prompt[] {
  const seen = new Set<string>();
  const prompts: Prompt[] = [];
  for (let draw = 0; prompts.length < count; draw++) {
    const rng = createRng(seed, 'code', draw);
    const [a, b] = rng.shuffle(NAMES);
    const [n, m] = [2 + rng.int(97), 2 + rng.int(28)];
    const code = rng
      .pick(SNIPPETS)
      .replaceAll('{a}', a!)
      .replaceAll('{b}', b!)
      .replaceAll('{n}', String(n))
      .replaceAll('{m}', String(m));
    const content = rng.pick(ASKS).replace('{c}', code);
    if (seen.has(content)) continue;
    seen.add(content);
    const cluster = `code/${draw}`;
    prompts.push({ id: cluster, cluster, messages: [{ role: 'user', content }] });
  }
  return prompts;
}
