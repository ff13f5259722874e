import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readModelDelta } from '../../artifacts/model-delta.ts';
import { deltaSteps, type PlannedModel } from '../../artifacts/planned-model.ts';
import { shortDigest } from '../../base/digest.ts';
import { userError } from '../../base/errors.ts';
import { oneLine } from '../../base/visible-text.ts';
import {
  exportAdapter,
  type Exported,
  exportModel,
  type ExportOptions,
  exportPrefix,
  type ExportSource,
} from '../../model/export-model.ts';
import { type LoraAdapter, scaledAdapter } from '../../model/lora-adapter.ts';
import { openAdapter } from '../../model/open-adapter.ts';
import { openModel } from '../../model/open-model.ts';
import { PEFT_CONFIG } from '../../model/peft-adapter.ts';
import { readSafetensors } from '../../model/safetensors.ts';
import type { ModelCard } from '../../model/types.ts';
import type { ExportFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { withPlan, withStore } from '../workspace.ts';

/**
 * Writes a model, or the student of an arm, or what a teacher became, for other programs. User
 * errors: no such arm, not trained yet, an adapter asked of a model that has none.
 */
export async function exportCommand(
  io: CliIo,
  argument: string,
  arm: string | undefined,
  flags: ExportFlags,
): Promise<void> {
  const { format, dtype } = flags;
  const out = resolve(io.cwd, flags.out);
  refuseForeign(out, format);
  const source = await findSource(io, argument, arm, flags);
  const options = { out, dtype, replace: flags.replace === true };
  const { tensors, isExact } = await write(source, format, options);
  if (flags.json) {
    return print(
      io,
      JSON.stringify({ out, format, dtype, base: source.card.digest, tensors, isExact }),
    );
  }
  const readBack = isExact
    ? 'reading it back gives the same values, bit for bit'
    : `values are rounded to ${dtype}`;
  print(io, `wrote ${oneLine(out)} (${format}, ${dtype})`);
  print(io, `tensors ${shortDigest(tensors)}: ${readBack}`);
}

async function write(
  source: ExportSource,
  format: ExportFlags['format'],
  options: ExportOptions,
): Promise<Exported> {
  if (format === 'hf' || format === 'gguf') return exportModel(source, format, options);
  const { card, deltas } = source;
  const [delta] = deltas;
  if (format === 'peft' && delta?.kind === 'prefix') return exportPrefix({ card, delta }, options);
  return exportAdapter({ card, adapter: onlyAdapter(source) }, format, options);
}

/** `--replace` removes models and adapters, never a folder of something else. */
function refuseForeign(out: string, format: ExportFlags['format']): void {
  if (!existsSync(out) || !statSync(out).isDirectory()) return;
  const isFile = format === 'gguf' || format === 'gguf-lora';
  const isModel = ['config.json', PEFT_CONFIG].some((name) => existsSync(join(out, name)));
  if (!isFile && isModel) return;
  throw userError(
    'output-exists',
    `${out} is a folder${isFile ? '' : ' without a model or an adapter'}`,
    'Name a path that does not exist yet with --out.',
  );
}

async function findSource(
  io: CliIo,
  argument: string,
  arm: string | undefined,
  flags: ExportFlags,
): Promise<ExportSource> {
  const path = resolve(io.cwd, argument);
  const isModel = path.endsWith('.gguf') || existsSync(join(path, 'config.json'));
  if (!isModel) {
    if (flags.adapter !== undefined) {
      throw userError('usage', '--adapter needs a model, not a study', 'Leave --adapter out.');
    }
    return trainedSource(io, argument, arm, flags);
  }
  if (arm !== undefined) {
    throw userError(
      'usage',
      `${argument} is a model: it has no arm "${arm}"`,
      'Leave the arm out.',
    );
  }
  const card = await openModel(path);
  if (flags.adapter === undefined) return plainSource(card);
  const adapterPath = resolve(io.cwd, flags.adapter);
  return { card, deltas: [], adapter: await openAdapter(adapterPath, card.config), adapterPath };
}

/** What the steps of an arm or a teacher trained. */
async function trainedSource(
  io: CliIo,
  argument: string,
  arm: string | undefined,
  flags: ExportFlags,
): Promise<ExportSource> {
  if (arm === undefined) {
    throw userError(
      'usage',
      `${argument} is no model; to export from a study, name an arm`,
      `informant show ${argument} lists the arms.`,
    );
  }
  return withPlan(io, argument, flags, ({ plan, storeDir, label }) => {
    const model =
      plan.teachers.find(({ id }) => id === arm)?.model ??
      plan.arms
        .flatMap((planned) => [planned, ...planned.checkpoints])
        .find(({ slug }) => slug === arm)?.model;
    if (model === undefined) {
      throw userError(
        'no-such-arm',
        `study ${plan.study} has no arm or teacher "${arm}"`,
        `informant show ${label} lists them.`,
      );
    }
    return storedSource(storeDir, model, label);
  });
}

function storedSource(storeDir: string, model: PlannedModel, label: string): ExportSource {
  const steps = deltaSteps(model);
  const plain = plainSource(model.card);
  if (steps.length === 0) return plain;
  return withStore(storeDir, (store) => {
    const deltas = steps.map((step) => {
      const artifact = store.steps.find(step.key)?.artifact ?? undefined;
      if (artifact === undefined) {
        throw userError(
          'not-trained',
          `the step "${oneLine(step.title)}" is not done yet`,
          `informant run ${label}`,
        );
      }
      return readModelDelta(store.artifacts.get(artifact), store.objects);
    });
    return { ...plain, deltas };
  });
}

function plainSource(card: ModelCard): ExportSource {
  return { card, deltas: [], adapter: undefined, adapterPath: undefined };
}

/** The adapter of a source that is nothing but a base with one. */
function onlyAdapter({ adapter, deltas }: ExportSource): LoraAdapter {
  if (adapter !== undefined) return adapter;
  const [delta] = deltas;
  if (deltas.length > 1) {
    throw userError(
      'no-adapter',
      'there is no single adapter to export: this student was trained in several stages',
      'Export the whole model with --format hf or --format gguf.',
    );
  }
  if (delta?.kind === 'prefix') {
    throw userError(
      'no-adapter',
      'what was trained is a prefix, which GGUF adapters cannot hold',
      'Export it with --format peft.',
    );
  }
  if (delta?.kind !== 'lora' || delta.scale === undefined) {
    throw userError(
      'no-adapter',
      'there is no adapter to export: all weights were trained, or none',
      'Export the whole model with --format hf or --format gguf.',
    );
  }
  return scaledAdapter(delta.path, readSafetensors(delta.path), delta.scale);
}
