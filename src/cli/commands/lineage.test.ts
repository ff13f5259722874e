import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pocketFolder, pocketStudy, writePocketBase } from '../../study/pocket-study.fixture.ts';
import { testIo } from '../io.fixture.ts';
import { runCli } from '../main.ts';

describe('informant lineage', () => {
  it('tells a base from one that merely looks like it', async () => {
    const { io, out } = testIo();
    const bases = ['builtin:pocket-b', 'builtin:pocket-a'];
    const code = await runCli(['lineage', 'builtin:pocket-a', ...bases, '--json'], io);
    expect(code).toBe(0);
    expect(JSON.parse(out())).toMatchObject({
      parent: 'builtin:pocket-a',
      bases: [
        { name: 'builtin:pocket-a', related: true, weights: { relativeDistance: 0 } },
        { name: 'builtin:pocket-b', related: false },
      ],
    });
  });

  it('says when no weights resemble the model', async () => {
    const { io, out } = testIo();
    expect(await runCli(['lineage', 'builtin:pocket-a', 'builtin:pocket-b'], io)).toBe(0);
    expect(out()).toContain('was trained from none of these');
  });

  it('needs something to compare with', async () => {
    const { io, err } = testIo();
    expect(await runCli(['lineage', 'builtin:pocket-a'], io)).toBe(2);
    expect(err()).toContain('informant lineage path/to/model');
  });
});

describe('informant check', () => {
  const { folder, dispose } = pocketFolder();
  afterAll(dispose);
  // `base` has the weights of seed 0.
  writePocketBase(join(folder, 'own'), 0);
  writePocketBase(join(folder, 'stranger'), 9);
  const { twins: _, ...spec } = pocketStudy(4);
  const forge = { count: 4, base: 'main', rows: 12, epochs: 1, batchSize: 8 };

  it.each([
    ['own', 'U was trained from base main', 'main'],
    ['stranger', 'warning: the weights of U resemble none of the bases', null],
  ])('says where a teacher at %s comes from', async (path, expected, parent) => {
    const controls = { forge: { ...forge, optimiser: { learningRate: 0.001 } } };
    writeFileSync(
      join(folder, 'study.yaml'),
      JSON.stringify({ ...spec, teacher: { path }, controls }),
    );
    const text = testIo({ cwd: folder });
    expect(await runCli(['check', 'study.yaml'], text.io)).toBe(0);
    expect(text.out()).toContain(expected);
    const json = testIo({ cwd: folder });
    await runCli(['check', 'study.yaml', '--json'], json.io);
    expect(JSON.parse(json.out())).toMatchObject({ ok: true, parent });
  });
});
