import fc from 'fast-check';
import { anyText } from './any-text.ts';
import { tinyTemplate } from '../../src/model/tiny-model.fixture.ts';

/** Names, literals and calls that templates are made of. */
const ATOMS = [
  'messages',
  'messages[0]',
  'messages[-1].content',
  "messages[0]['role']",
  'message',
  'message.content',
  'add_generation_prompt',
  'bos_token',
  'ns',
  'ns.s',
  'loop.index0',
  'none',
  'true',
  'undefined_name',
  "'x'",
  "''",
  "'\\n  '",
  "'\\ud800'",
  '0',
  '-1',
  '3',
  '1e308',
  '99999999999999999999',
  '[]',
  '[1, 2]',
  "{'a': 1}",
  'range(5)',
  'range(2, 9, 2)',
  'range(-1)',
  "namespace(a=1, s='')",
  "messages[0].content.split('e')",
  'messages.constructor',
  'messages.__proto__',
  "''.__class__.__mro__",
  'self',
  'raise_exception',
  'strftime_now',
];
const BINARY = [
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '**',
  '~',
  '==',
  '!=',
  '<',
  '>=',
  'in',
  'not in',
  'and',
  'or',
];
const FILTERS = [
  'trim',
  'length',
  'upper',
  'title',
  'list',
  'first',
  'last',
  'reverse',
  'sort',
  'sort(attribute="role")',
  'join',
  "join('-')",
  'string',
  'tojson',
  'tojson(indent=2)',
  'tojson(indent=70)',
  'items',
  'unique',
  'int',
  'float',
  'abs',
  'indent',
  'indent(8)',
  "replace('e', 'ee')",
  "replace('', 'y')",
  'default(1)',
  "selectattr('role', 'equalto', 'user')",
  "map(attribute='role')",
  'dictsort',
  'safe',
  'no_such_filter',
];
const TESTS = ['defined', 'none', 'string', 'mapping', 'iterable', 'odd', 'lower', 'no_such_test'];
const SLICES = [
  '[0]',
  '[-1]',
  '[1:]',
  '[::-1]',
  '[::0]',
  '[9:2:-3]',
  '.role',
  '.x',
  '.items()',
  '()',
  '(1, a=2)',
  '.split()',
  '.strip()',
  ".replace('a', 'b')",
];

const grammar = fc.letrec<{ expression: string; statement: string; body: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: false },
    { weight: 3, arbitrary: fc.constantFrom(...ATOMS) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('expression'), fc.constantFrom(...FILTERS))
        .map((parts) => parts.join('|')),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('expression'), fc.constantFrom(...BINARY), tie('expression'))
        .map((parts) => `(${parts.join(' ')})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('expression'), fc.constantFrom(...SLICES))
        .map((parts) => `(${parts[0]})${parts[1]}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('expression'), fc.constantFrom(...TESTS))
        .map((parts) => `(${parts.join(' is ')})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('expression'), tie('expression'))
        .map(([a, b]) => `(${a} if ${b} else ${a})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(tie('expression'), { maxLength: 3 })
        .map((items) => `[${items.join(', ')}]`),
    },
  ),
  statement: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: tie('expression').map((value) => `{{ ${value} }}`) },
    { weight: 2, arbitrary: anyText },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('expression'), tie('body'))
        .map(([list, body]) => `{% for message in ${list} %}${body}{% endfor %}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('expression'), tie('body'))
        .map(([test, body]) => `{%- if ${test} -%}${body}{%- endif -%}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('message', 'ns.s', 'a', 'messages', 'a, b'), tie('expression'))
        .map(([name, value]) => `{% set ${name} = ${value} %}`),
    },
    {
      weight: 1,
      arbitrary: tie('body').map((body) => `{% macro f(a, b=1) %}${body}{% endmacro %}{{ f(1) }}`),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '{% break %}',
        '{% continue %}',
        '{# note #}',
        '{% generation %}',
        '{{',
        '%}',
        '{% endfor %}',
        '{% raw %}',
        '{% call f() %}{% endcall %}',
        "{{ raise_exception('no') }}",
      ),
    },
  ),
  body: fc.array(tie('statement'), { maxLength: 4 }).map((parts) => parts.join('')),
}));

/** Templates that would never end or fill any memory; each takes up to seconds to be stopped. */
const ENDLESS = [
  '{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}',
  '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}',
  '{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}',
  "{% set ns = namespace(s='xx') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
  '{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a|tojson }}',
  '{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = ns.a + ns.a %}{% endfor %}{{ ns.a|sort }}',
  "{% set ns = namespace(s='xx') %}{% for i in range(20) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s|replace('', ns.s) }}",
  "{% set ns = namespace(s='xx') %}{% for i in range(20) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{% for i in range(9999) %}{{ ns.s[0:1] }}{% endfor %}",
  "{% set ns = namespace(s='a,') %}{% for i in range(20) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{% for i in range(99) %}{{ ns.s.split(',')|length }}{% endfor %}",
  '{% set ns = namespace() %}{% set ns.a = ns %}{% set ns.b = ns %}{{ ns|tojson }}',
  "{{ 'a\nb'|indent(300000000) }}",
  '{{ messages|tojson(indent=300000000) }}',
  `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`,
  `{{ ${'['.repeat(50_000)}${']'.repeat(50_000)} }}`,
  `${' '.repeat(190_000)}x`,
  `{{ ${'not '.repeat(40_000)}1 }}`,
  `{{ 1${'|string'.repeat(25_000)} }}`,
  `{{ 1${' ~ 1'.repeat(45_000)} }}`,
  '{% if 1 %}'.repeat(5_000) + '{% endif %}'.repeat(5_000),
  '{% macro f() %}'.repeat(3_000) + '{% endmacro %}'.repeat(3_000),
  '{{ range(0, 1, 0) }}{{ range(1000000000) }}',
  '{{ 9 ** 9 ** 9 }}{{ [1] * 1000000000 }}{{ "x" * 1000000000 }}',
] as const;

/** Chat templates; `slow` admits those that are only stopped by a budget. */
export function hostileTemplate(slow: boolean): fc.Arbitrary<string> {
  const around = grammar.body.map((body) =>
    tinyTemplate.replace('{% endfor %}', `${body}{% endfor %}`),
  );
  const quick = fc.oneof(grammar.body, around);
  return slow
    ? fc.oneof(
        { weight: 60, arbitrary: quick },
        { weight: 1, arbitrary: fc.constantFrom(...ENDLESS) },
      )
    : quick;
}
