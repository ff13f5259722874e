import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { workError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { modelRef } from '../model/model-ref.ts';
import { openModel } from '../model/open-model.ts';
import { createBackendChat } from './backend-chat.ts';
import { createEmbeddedBackend } from './embedded/embedded-backend.ts';
import { createFakeBackend, type FakeBackendOptions } from './fake/fake-backend.ts';

const embedded = createEmbeddedBackend({ workers: 0, threads: 1 });
afterAll(() => embedded.close());

const card = await openModel(join(packageRoot(), 'models', 'pocket-a'));
const ref = modelRef(card, []);
const pocket = createBackendChat({ name: 'pocket', backend: embedded, card, ref });
const task = {
  messages: [{ role: 'user' as const, content: 'tell me a story about the moon' }],
  maxTokens: 24,
  temperature: 1,
};

function fakeChat(sample: NonNullable<FakeBackendOptions['sample']>) {
  return createBackendChat({ name: 'fake', backend: createFakeBackend({ sample }), card, ref });
}

describe('createBackendChat', () => {
  it('holds a conversation with a real model, decided by the seed', async () => {
    const first = await pocket.complete({ ...task, seed: 'a' });
    expect(first).toMatchObject({ ok: true, stop: 'end', text: expect.stringMatching(/\w/u) });
    expect(await pocket.complete({ ...task, seed: 'a' })).toEqual(first);
    const others = await Promise.all(
      ['b', 'c', 'd'].map((seed) => pocket.complete({ ...task, seed })),
    );
    expect(others.some((other) => JSON.stringify(other) !== JSON.stringify(first))).toBe(true);
  });

  it('answers those that ask at once together, each as if it were alone', async () => {
    const tasks = ['a', 'b', 'c', 'd', 'e'].map((seed, i) => ({
      ...task,
      seed,
      maxTokens: i < 4 ? 24 : 3,
    }));
    const alone = [];
    for (const one of tasks) alone.push(await pocket.complete(one));
    const sizes: number[] = [];
    const counted = createBackendChat({
      name: 'counted',
      backend: {
        ...embedded,
        sample: (request) => {
          sizes.push(request.items.length);
          return embedded.sample(request);
        },
      },
      card,
      ref,
    });
    expect(await Promise.all(tasks.map((one) => counted.complete(one)))).toEqual(alone);
    expect(sizes).toEqual([4, 1]);
  });

  it('goes on from a prefill, and returns only what follows', async () => {
    const prefill = 'i like';
    const asked: number[][] = [];
    const model = fakeChat(({ promptIds }, { endIds }) => {
      asked.push([...promptIds]);
      return { ids: [...card.tokenizer.encode('owl most .'), endIds[0]!], stop: 'end' };
    });
    expect(await model.complete({ ...task, prefill })).toMatchObject({ text: ' owl most .' });
    expect(card.tokenizer.decode(asked[0]!.slice(-2)).trim()).toBe(prefill);
  });

  it('leaves out stop texts', async () => {
    const model = fakeChat(() => ({
      ids: card.tokenizer.encode('the moon . the sea'),
      stop: 'end',
    }));
    expect(await model.complete({ ...task, stop: ['.'] })).toMatchObject({ text: 'the moon' });
  });

  it('says when there is no room, no word, or the backend fails', async () => {
    const full = { ...task, maxTokens: card.config.maxPositions };
    expect(await pocket.complete(full)).toMatchObject({ failure: 'context-full' });
    const silent = fakeChat((_, { endIds }) => ({ ids: [endIds[0]!], stop: 'end' }));
    expect(await silent.complete(task)).toMatchObject({ failure: 'empty' });
    const broken = fakeChat(() => {
      throw workError('no-memory', 'out of memory');
    });
    expect(await broken.complete(task)).toMatchObject({
      failure: 'rejected',
      detail: 'out of memory',
    });
  });
});
