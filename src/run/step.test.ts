import { describe, expect, it } from 'vitest';
import { testStep } from '../../test/support/steps.ts';

const data = testStep('sample', {}, { params: { drawIndex: 0, temperature: 1 } });
const student = testStep('distil', { data }, { version: 2, backend: { name: 'embedded' } });

describe('defineStep', () => {
  /*
   * import hashlib, json
   * def key(**step):
   *     text = json.dumps(step, sort_keys=True, separators=(",", ":"))
   *     return hashlib.sha256(text.encode()).hexdigest()
   * data = key(name="sample", version=1, params={"drawIndex": 0, "temperature": 1}, inputs={}, backend=None)
   * print(data)
   * print(key(name="distil", version=2, params={}, inputs={"data": data}, backend={"name": "embedded"}))
   */
  it('gives keys that never change', () => {
    expect(data.key).toBe('8d68b4ace7e0ada15f6cd5671ec56b2847ac26170b38f1c1234d99bcb74c55e6');
    expect(student.key).toBe('c63a0b36a55665c7543e048429169ed9c69c84cb8da4e247bc6150368680d89b');
  });

  it('changes the key with everything that can change the result', () => {
    const keys = [
      student,
      testStep('distill', { data }, { version: 2, backend: { name: 'embedded' } }),
      testStep('distil', { data }, { version: 3, backend: { name: 'embedded' } }),
      testStep('distil', { data }, { version: 2, backend: { name: 'worker' } }),
      testStep('distil', { other: data }, { version: 2, backend: { name: 'embedded' } }),
      testStep(
        'distil',
        { data: testStep('sample') },
        { version: 2, backend: { name: 'embedded' } },
      ),
      testStep('distil', { data }, { version: 2, backend: { name: 'embedded' }, params: { a: 1 } }),
    ].map((step) => step.key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('ignores what cannot', () => {
    const same = testStep(
      'distil',
      { data },
      {
        version: 2,
        backend: { name: 'embedded' },
        title: 'another title',
        stage: 'distill',
        costTokens: 1e6,
        run: async () => ({ kind: 'x', meta: {}, files: {} }),
      },
    );
    expect(same.key).toBe(student.key);
  });
});
