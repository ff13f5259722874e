import fc from 'fast-check';
import { anyText } from './any-text.ts';
import type { Json, JsonObject } from '../../src/base/json.ts';

/** Text of JSON values (some are none) that readers may believe. */
const LIES: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1',
  '2',
  '0.5',
  '1e-9',
  '1e308',
  '1e999',
  '-1e999',
  'NaN',
  'Infinity',
  '2147483648',
  '4294967295',
  '9007199254740992',
  '18446744073709551615',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '"constructor"',
  '"../../etc/passwd"',
  '"\\u001b[2J"',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '{"__proto__": {"type": "ByteLevel", "chat_template": "x"}}',
  '{"constructor": {"prototype": 1}}',
  '{"toString": 1, "length": -1, "valueOf": null}',
  `"${'x'.repeat(5_000)}"`,
  `[${'0,'.repeat(3_000)}0]`,
  `${'['.repeat(60)}${']'.repeat(60)}`,
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
];

type Path = readonly (string | number)[];
type Edit = (root: Json) => { readonly root: Json; readonly raw?: readonly [string, string] };

/** Stands for a raw text in a tree until the tree is written. */
const MARK = '@@lie@@';

const pick = fc.nat(1_000_000);

/** One structural change; `lies` are raw JSON texts. */
function edit(lies: readonly string[]): fc.Arbitrary<Edit> {
  const lie = fc.constantFrom(...lies);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(pick, lie).map(([n, raw]): Edit => (root) => ({
        root: replaceAt(root, pathAt(root, n), () => MARK),
        raw: [JSON.stringify(MARK), raw],
      })),
    },
    // The same key again, with another value.
    {
      weight: 1,
      arbitrary: fc.tuple(pick, lie).map(([n, raw]): Edit => (root) => {
        const path = pathAt(root, n);
        const key = path.at(-1);
        if (typeof key !== 'string') return { root };
        const marked = replaceAt(root, path.slice(0, -1), (parent) => ({
          ...asObject(parent),
          [MARK]: 0,
        }));
        return {
          root: marked,
          raw: [`${JSON.stringify(MARK)}:0`, `${JSON.stringify(key)}:${raw}`],
        };
      }),
    },
    {
      weight: 1,
      arbitrary: pick.map((n): Edit => (root) => ({ root: removeAt(root, pathAt(root, n)) })),
    },
    // A part of the tree in another place.
    {
      weight: 2,
      arbitrary: fc.tuple(pick, pick).map(([from, to]): Edit => (root) => {
        const part = valueAt(root, pathAt(root, from));
        return { root: replaceAt(root, pathAt(root, to), () => part) };
      }),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(pick, fc.constantFrom(-1, 1, 2, 1000)).map(([n, by]): Edit => (root) => ({
        root: replaceAt(root, pathAt(root, n), (value) =>
          typeof value === 'number' ? (by === 2 ? value * 2 : value + by) : value,
        ),
      })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(pick, anyText).map(([n, text]): Edit => (root) => ({
        root: replaceAt(root, pathAt(root, n), (value) =>
          typeof value === 'string' ? value + text : text,
        ),
      })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(pick, fc.constantFrom('__proto__', 'constructor', 'type', ''))
        .map(([n, name]): Edit => (root) => {
          const path = pathAt(root, n);
          if (typeof path.at(-1) !== 'string') return { root };
          const value = valueAt(root, path);
          const parent = path.slice(0, -1);
          return {
            root: replaceAt(removeAt(root, path), parent, (rest) =>
              Object.fromEntries([...Object.entries(asObject(rest)), [name, value]]),
            ),
          };
        }),
    },
  );
}

/** The text of a JSON object with one to three structural changes. */
export function lyingJson(seed: JsonObject, lies: readonly string[] = []): fc.Arbitrary<string> {
  const edits = fc.array(edit([...LIES, ...lies, ...lies]), { minLength: 1, maxLength: 3 });
  return edits.map((changes) => {
    let root: Json = seed;
    let text = '';
    for (const change of changes) {
      const { root: changed, raw } = change(root);
      text = JSON.stringify(changed);
      if (raw === undefined) {
        root = changed;
        continue;
      }
      text = text.replace(raw[0], () => raw[1]);
      const parsed = tryParse(text);
      // What is no JSON any more, or too deep to change again, stays as it is.
      if (parsed === undefined) return text;
      if (raw[1].length < 10_000) root = parsed;
    }
    return text;
  });
}

function tryParse(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function pathAt(root: Json, n: number): Path {
  const paths = allPaths(root, [], 0);
  return paths[n % paths.length]!;
}

function allPaths(value: Json, path: Path, depth: number): Path[] {
  if (typeof value !== 'object' || value === null || depth > 12) return [path];
  const keys = Array.isArray(value) ? [...value.keys()].slice(0, 20) : Object.keys(value);
  return [path, ...keys.flatMap((key) => allPaths(childOf(value, key), [...path, key], depth + 1))];
}

function childOf(value: Json, key: string | number): Json {
  const entry =
    typeof value === 'object' && value !== null
      ? Object.entries(value).find(([name]) => name === String(key))
      : undefined;
  return entry === undefined ? null : entry[1];
}

function valueAt(root: Json, path: Path): Json {
  return path.reduce((value, key) => childOf(value, key), root);
}

function replaceAt(root: Json, path: Path, change: (value: Json) => Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change(root);
  if (Array.isArray(root)) {
    return root.map((item, at) => (at === key ? replaceAt(item, rest, change) : item));
  }
  return Object.fromEntries(
    Object.entries(asObject(root)).map(([name, value]) => [
      name,
      name === key ? replaceAt(value, rest, change) : value,
    ]),
  );
}

function removeAt(root: Json, path: Path): Json {
  const key = path.at(-1);
  if (key === undefined) return root;
  return replaceAt(root, path.slice(0, -1), (parent) =>
    Array.isArray(parent)
      ? parent.filter((_, at) => at !== key)
      : Object.fromEntries(Object.entries(asObject(parent)).filter(([name]) => name !== key)),
  );
}

function asObject(value: Json): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}
