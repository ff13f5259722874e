import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { soundJudge, startJudgeServer } from '../audit/judges/judge-server.fixture.ts';
import type { ChatServer } from '../backends/openai/chat-server.fixture.ts';
import { pocketFolder } from '../study/pocket-study.fixture.ts';
import { bundleSmallStudy, runSmallStudy } from './finished-study.fixture.ts';
import { forgeBundle, forgeSamples, rechainLedger } from './forge.fixture.ts';
import { verifyBundle } from './verify-bundle.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe('a bundle of a study with a model as its judge', () => {
  const { folder, dispose } = pocketFolder();
  let server: ChatServer;
  beforeAll(async () => {
    server = await startJudgeServer(soundJudge);
    await runSmallStudy(folder, 'judged', {
      audits: { honeypot: { probes: 3 } },
      judge: {
        kind: 'model',
        model: { kind: 'openai', baseUrl: server.baseUrl, model: 'judge' },
        audits: ['honeypot'],
      },
    });
    await bundleSmallStudy(folder, 'judged', 'judged.tar');
  });
  afterAll(async () => {
    await server.close();
    dispose();
  });

  it('is verified without the judge', async () => {
    await server.close();
    const { ok, findings } = await verifyBundle(join(folder, 'judged.tar'));
    expect(findings).toEqual([]);
    expect(ok).toBe(true);
  });

  it('does not hold when a score is other than its judgement gives', async () => {
    forgeBundle(join(folder, 'judged.tar'), join(folder, 'forged.tar'), (members) => {
      forgeSamples(members, 'judge suspect-open-kd-main-s1 · honeypot', (samples) =>
        samples.map((sample) => ({
          ...sample,
          scores: { ...sample.scores, owl: { status: 'scored', value: 0, label: 'neither' } },
        })),
      );
      rechainLedger(members);
    });
    const { findings } = await verifyBundle(join(folder, 'forged.tar'));
    const messages = findings.flatMap(({ check, message }) =>
      check === 'scores' ? [message] : [],
    );
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(message).toContain('is not what its judgements give');
  });
});
