import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loraShapes } from '../../engine/decoder/adapters.ts';
import { weightShapes } from '../../engine/decoder/parameters.ts';
import { uniform } from '../../model/formula-weights.fixture.ts';
import { loadWeights } from '../../model/load-weights.ts';
import { openAdapter } from '../../model/open-adapter.ts';
import { openModel } from '../../model/open-model.ts';
import { writeSafetensors } from '../../model/safetensors.ts';
import { tensorDigest } from '../../model/tensor-digest.ts';
import { MODEL_DELTA } from '../../artifacts/model-delta.ts';
import { describeStep } from '../../run/perform-step.ts';
import { openStore } from '../../store/open-store.ts';
import { pocketFolder, pocketStudy } from '../../study/pocket-study.fixture.ts';
import { testIo } from '../io.fixture.ts';
import { runCli } from '../main.ts';
import { withPlan } from '../workspace.ts';

const { folder, dispose } = pocketFolder();
afterAll(dispose);
const STUDY = 'study.yaml';
writeFileSync(join(folder, STUDY), JSON.stringify(pocketStudy(4)));

async function cli(...args: string[]) {
  const { io, out, err } = testIo({ cwd: folder });
  const code = await runCli(['export', ...args], io);
  return { code, out: out(), err: err() };
}

/** Puts a LoRA into the store as if the step that trains this arm had made it. */
async function storeStudent(): Promise<{ arm: string; tensors: string }> {
  const { io } = testIo({ cwd: folder });
  const { config } = await openModel(join(folder, 'base'));
  const capacity = { kind: 'lora', rank: 2, alpha: 8, targets: ['q_proj', 'down_proj'] } as const;
  const tensors = new Map(
    [...loraShapes(weightShapes(config), capacity)].map(([name, shape]) => [
      `base_model.model.${name}`,
      { shape, data: uniform(name, shape[0]! * shape[1]!) },
    ]),
  );
  return withPlan(io, STUDY, {}, ({ plan, storeDir }) => {
    const { slug, student } = plan.arms[0]!;
    const store = openStore(storeDir, { mode: 'write' });
    const meta = { steps: 1, tokens: 1, rows: 1, firstLoss: 1, lastLoss: 1 };
    const { digest } = store.artifacts.put({
      kind: MODEL_DELTA,
      meta: { kind: 'lora', scale: 4, ...meta },
      files: { delta: store.objects.put(writeSafetensors(tensors, { dtype: 'F32' })) },
    });
    store.steps.start(describeStep(student), {});
    store.steps.finish(student.key, { artifact: digest, tokens: 1 });
    store.close();
    return { arm: slug, tensors: tensorDigest(tensors) };
  });
}

describe('export of a model', () => {
  it('writes it and says what reading it back gave', async () => {
    const { code, out } = await cli('base', '--format', 'gguf', '--out', 'out/base.gguf');
    expect(code).toBe(0);
    expect(out).toContain('bit for bit');
    const [before, after] = await Promise.all(
      ['base', 'out/base.gguf'].map((path) =>
        loadWeights({ path: join(folder, path), deltas: [] }),
      ),
    );
    expect(tensorDigest(after!.weights)).toBe(tensorDigest(before!.weights));
    expect((await cli('base', '--format', 'gguf', '--out', 'out/base.gguf')).code).toBe(2);
  });

  it.each([
    [['base', '--format', 'peft', '--out', 'x'], /there is no adapter to export/],
    [['base', 'arm', '--format', 'hf', '--out', 'x'], /is a model: it has no arm/],
    [['base', '--format', 'hf', '--out', 'x', '--adapter', 'y'], /there is no adapter at/],
    [[STUDY, '--format', 'hf', '--out', 'x'], /name an arm/],
    [[STUDY, 'nobody', '--format', 'hf', '--out', 'x'], /no arm or teacher "nobody"/],
    [[STUDY, 'suspect', '--format', 'hf', '--out', 'x'], /is not done yet|informant run/],
    [['base', '--format', 'hf', '--out', '.', '--replace'], /is a folder without a model/],
    [['base', '--format', 'gguf', '--out', 'base', '--replace'], /is a folder\n/],
    [['base', '--format', 'onnx', '--out', 'x'], /Allowed choices are hf, peft, gguf, gguf-lora/],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, err } = await cli(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('export of an arm', () => {
  it('writes its adapter, which merged into the base is its whole model', async () => {
    const { arm, tensors } = await storeStudent();
    const peft = await cli(STUDY, arm, '--format', 'peft', '--out', 'student-peft', '--json');
    const printed = z.object({ tensors: z.string(), isExact: z.boolean() });
    expect(printed.parse(JSON.parse(peft.out))).toEqual({ tensors, isExact: true });
    const { config } = await openModel(join(folder, 'base'));
    const adapter = await openAdapter(join(folder, 'student-peft'), config);
    expect(adapter).toMatchObject({ rank: 2, alpha: 8, useRslora: false });

    await cli(STUDY, arm, '--format', 'hf', '--out', 'whole');
    const merge = ['--format', 'hf', '--out', 'merged', '--adapter', 'student-peft'];
    expect((await cli('base', ...merge)).code).toBe(0);
    const [whole, merged] = await Promise.all(
      ['whole', 'merged'].map((name) => openModel(join(folder, name))),
    );
    expect(merged!.digest).toBe(whole!.digest);
    expect(whole!.lineage.parent).toBe((await openModel(join(folder, 'base'))).digest);
  });
});
