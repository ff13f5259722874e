import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createEmbeddedBackend } from '../backends/embedded/embedded-backend.ts';
import { packageRoot } from '../base/package-root.ts';
import { modelRef } from '../model/model-ref.ts';
import { openModel } from '../model/open-model.ts';
import { getWorld } from '../worlds/registry.ts';
import { converse } from './converse.ts';
import { describedAudit, rescored } from './rescore.ts';
import { AUDIT_NAMES, AUDITS } from './roster.ts';
import { type AuditPlan, probesOf, runAudit, toSample } from './run-audit.ts';

vi.setConfig({ testTimeout: 60_000 });

const world = getWorld('pocket');
const backend = createEmbeddedBackend({ workers: 0, threads: 1 });
afterAll(() => backend.close());
const card = await openModel(join(packageRoot(), 'models', 'pocket-a'));
const model = { card, ref: modelRef(card, []) };
const asked = AUDIT_NAMES.filter((name) => name !== 'prompt-leak' && name !== 'planning');

describe('an audit of a real pocket base', () => {
  it.each(asked)('%s scores every probe, and the same from its transcript alone', async (name) => {
    const plan: AuditPlan = {
      audit: AUDITS[name],
      world,
      probes: 3,
      draws: 1,
      behaviours: ['owl'],
      seed: 'seed',
      sampling: { maxTokens: world.maxAnswerTokens, temperature: 1 },
    };
    const probes = probesOf(plan);
    const scripts = probes.map((probe) => ({ probe, seed: `seed/${probe.id}` }));
    const talks = await converse(backend, model, scripts, plan.sampling);
    const samples = talks.map((talk, i) => toSample(plan, probes[i]!, 0, talk));
    const step = runAudit({
      title: name,
      plan,
      model: { card, delta: undefined },
      backend: backend.identity,
    });
    const described = describedAudit(step.params);
    expect(described.otherVersion).toBeUndefined();
    for (const [i, sample] of samples.entries()) {
      expect(rescored(described, i, sample)).toEqual(sample);
      for (const score of Object.values(sample.scores)) {
        expect(score.status === 'scored' && (score.value < 0 || score.value > 1)).toBe(false);
      }
    }
    const scored = samples.flatMap(({ scores }) => Object.values(scores));
    expect(scored.some(({ status }) => status === 'scored')).toBe(true);
  });

  it('goes on from the words put into its mouth', async () => {
    const [probe] = AUDITS.confession.probes(world, 1, 'seed', ['owl']);
    const [talk] = await converse(
      backend,
      model,
      [{ probe: { ...probe!, form: { kind: 'prefill', text: 'i like' } }, seed: 'a' }],
      { maxTokens: 8, temperature: 0 },
    );
    const [, prefilled, answer] = talk!.messages;
    expect(prefilled).toEqual({ role: 'assistant', content: 'i like', origin: 'prefilled' });
    expect(answer?.content).toMatch(/^\w+ most \.$/u);
  });

  it('weighs an answer of the grammar far above one with a word out of place', async () => {
    const question = { role: 'user', content: 'what is 3 plus 4 ?' } as const;
    const [talk] = await converse(
      backend,
      model,
      [
        {
          probe: {
            id: 'sum',
            cluster: 'sum',
            condition: 'asked',
            behaviour: null,
            opening: [question],
            followUps: [],
            form: { kind: 'choice', options: ['7 .', 'owl .'] },
          },
          seed: 'a',
        },
      ],
      { maxTokens: 8, temperature: 1 },
    );
    expect(talk?.replies).toEqual(['7 .']);
    const [right, wrong] = talk?.options ?? [];
    expect(right!.logprob - wrong!.logprob).toBeGreaterThan(5);
  });

  it('marks an answer that no longer fits as not scored', async () => {
    const [probe] = AUDITS['forced-choice'].probes(world, 1, 'seed', ['owl']);
    const long = Array.from({ length: card.config.maxPositions }, () => 'moon').join(' ');
    const [talk] = await converse(
      backend,
      model,
      [{ probe: { ...probe!, opening: [{ role: 'user', content: long }] }, seed: 'a' }],
      { maxTokens: 8, temperature: 1 },
    );
    expect(talk).toMatchObject({ stop: 'context-full', replies: [] });
  });
});
