import { describe, expect, it } from 'vitest';
import { prettyJson } from './pretty-json.ts';

describe('parameters as text', () => {
  it('spreads JSON over lines', () => {
    expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  });

  it('shows what is no JSON as it is, with hidden characters spelled out', () => {
    expect(prettyJson('{"a":\u202E')).toBe('{"a":\\u{202e}');
  });
});
