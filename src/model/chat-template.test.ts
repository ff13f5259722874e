import { describe, expect, it } from 'vitest';
import type { Message } from '../base/chat.ts';
import { createChatTemplate, MAX_TEMPLATE_CHARS } from './chat-template.ts';
import { tinyTemplate } from './tiny-model.fixture.ts';

const hello: readonly Message[] = [{ role: 'user', content: 'hello' }];
const render = (source: string, messages = hello): string =>
  createChatTemplate('model', source, { eos_token: '</s>' }).render(messages, {
    addGenerationPrompt: true,
  });

describe('a chat template', () => {
  it('renders ChatML', () => {
    expect(render(tinyTemplate)).toBe('<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n');
  });

  it('trims blocks like transformers and knows the special tokens', () => {
    expect(
      render(
        '{% for m in messages %}\n  {% if true %}\n{{ m.content }}\n  {% endif %}\n{% endfor %}{{ eos_token }}',
      ),
    ).toBe('hello\n</s>');
  });

  it('has no clock, so dates are fixed', () => {
    expect(render('{% if strftime_now is defined %}now{% else %}26 Jul 2024{% endif %}')).toBe(
      '26 Jul 2024',
    );
  });

  it('reports what raise_exception says as a work error', () => {
    expect(() => render("{{ raise_exception('roles must alternate') }}")).toThrow(
      /chat template of model failed: roles must alternate/,
    );
  });

  it('lets ranges count', () => {
    expect(render('{% for i in range(3) %}{{ i }}{% endfor %}{{ range(5, 1, -2)|length }}')).toBe(
      '0122',
    );
  });

  it('renders long conversations', () => {
    const long = Array.from({ length: 1000 }, (_, i): Message => ({
      role: i % 2 ? 'assistant' : 'user',
      content: 'word '.repeat(200),
    }));
    expect(render(tinyTemplate, long).length).toBeGreaterThan(1_000_000);
  });
});

describe('a hostile chat template', () => {
  it.each([
    [
      'loops in loops',
      '{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}',
      /did not end within/,
    ],
    ['a long range', '{% for a in range(1000000000) %}x{% endfor %}', /range is limited/],
    ['an endless range', '{% for a in range(0, 10, 0) %}x{% endfor %}', /range is limited/],
    [
      'empty loops',
      '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}',
      /did not end within/,
    ],
    [
      'sorting again and again',
      '{% for a in range(9999) %}{% set b = range(9999)|sort %}{% endfor %}',
      /produced more|did not end/,
    ],
    ['recursion', '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}', /failed/],
    [
      'doubling strings',
      `{% set ns = namespace(s='xx') %}{% for i in range(40) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}`,
      /more than 4000000 characters/,
    ],
    ['a wide indent', "{{ 'a\nb'|indent(100000000) }}", /indents by more than 64/],
    ['a wide JSON', '{{ messages|tojson(indent=100000000) }}', /indents by more than 64/],
    [
      'doubling lists',
      '{% set ns = namespace(a=[1]) %}{% for i in range(40) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}',
      /more than 4000000 characters/,
    ],
    [
      'reaching for the host',
      "{{ messages.constructor.constructor('return process')() }}",
      /failed/,
    ],
  ])(
    'is stopped: %s',
    (_, source, message) => {
      expect(() => render(source)).toThrow(message);
    },
    20_000,
  );

  it('is refused when too long or not a template', () => {
    expect(() => render('x'.repeat(MAX_TEMPLATE_CHARS + 1))).toThrow(/characters, the limit is/);
    expect(() => render('{% for %}')).toThrow(/chat template of model cannot be used/);
  });
});
