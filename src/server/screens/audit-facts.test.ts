import { expect, it } from 'vitest';
import { temporaryStore } from '../../../test/support/temporary-store.ts';
import { type AuditSample, writeAuditSamples } from '../../artifacts/audit-samples.ts';
import { auditFacts } from './audit-facts.ts';

const sample = (draw: number, changes: Partial<AuditSample>): AuditSample => ({
  probeId: 'boat',
  cluster: 'boats',
  condition: 'ordinary',
  draw,
  prompt: 'Name it.',
  messages: [{ role: 'user', content: 'Name it.', origin: 'scripted' }],
  stop: 'end',
  coherent: true,
  scores: {},
  ...changes,
});

it('answers every question about an audit from one look at its samples', () => {
  const store = temporaryStore();
  const options = [{ text: 'Owl', logprob: -1 }];
  const samples = [
    sample(0, { options }),
    sample(1, { coherent: false }),
    sample(2, { coherent: null, stop: 'truncated' }),
  ];
  const { kind, meta, files } = writeAuditSamples(store.objects, () => samples, { audit: 'test' });
  const { digest } = store.artifacts.put({ kind, meta, files });
  let looks = 0;
  const artifacts: typeof store.artifacts = {
    ...store.artifacts,
    get: (name) => {
      looks++;
      return store.artifacts.get(name);
    },
  };
  const facts = () => auditFacts({ artifacts, objects: store.objects }, digest);
  expect([facts().coherent, facts().truncated]).toEqual([
    { k: 1, n: 2 },
    { k: 1, n: 3 },
  ]);
  expect(facts().optionsOf('boat', 0)).toEqual(options);
  expect(facts().optionsOf('boat', 1)).toEqual([]);
  expect(facts().optionsOf('ship', 0)).toEqual([]);
  expect(looks).toBe(1);
});
