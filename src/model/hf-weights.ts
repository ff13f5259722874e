import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { userError } from '../base/errors.ts';
import { parseWith, readJsonFile } from './read-json-file.ts';
import { stringRecord } from './schema-parts.ts';
import { openSafetensors, type SafetensorsFile } from './safetensors.ts';
import type { WeightSource } from './weight-source.ts';

const SINGLE_FILE = 'model.safetensors';
const INDEX_FILE = 'model.safetensors.index.json';
/** Most shards of one model: open files are a limited resource. */
const MAX_SHARDS = 512;

const indexSchema = z.looseObject({ weight_map: stringRecord });

/**
 * Opens the safetensors weights of a Hugging Face directory, one file or shards by index. User
 * errors: no weights (pickled ones are refused on purpose), an index that points outside the
 * directory, at a missing shard, or at a shard without the tensor.
 */
export function openHuggingFaceWeights(directory: string): WeightSource {
  const single = join(directory, SINGLE_FILE);
  const index = join(directory, INDEX_FILE);
  const plan = existsSync(single)
    ? { files: [single], weightMap: undefined }
    : existsSync(index)
      ? readIndex(directory, index)
      : undefined;
  if (plan === undefined) throw noWeights(directory);

  const opened: SafetensorsFile[] = [];
  const close = (): void => {
    for (const file of opened) file.close();
  };
  try {
    const owners = new Map<string, SafetensorsFile>();
    for (const path of plan.files) {
      const file = openSafetensors(path);
      opened.push(file);
      for (const name of file.entries.keys()) {
        const owner = plan.weightMap?.get(name);
        if (owner !== undefined && owner !== path) continue;
        if (owners.has(name)) throw badIndex(index, `it leaves open which shard owns "${name}"`);
        owners.set(name, file);
      }
    }
    for (const [name, path] of plan.weightMap ?? []) {
      if (owners.get(name)?.name !== path) {
        throw badIndex(index, `it places tensor "${name}" in ${basename(path)}, which lacks it`);
      }
    }
    return {
      files: plan.files,
      shapes: new Map([...owners].map(([name, file]) => [name, file.entries.get(name)!.shape])),
      read: (name) => {
        const file = owners.get(name);
        if (file === undefined) throw new RangeError(`no tensor ${name} in ${directory}`);
        return file.read(name).data;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function readIndex(
  directory: string,
  path: string,
): { files: string[]; weightMap: Map<string, string> } {
  const { weight_map: map } = parseWith(path, indexSchema, readJsonFile(path));
  const weightMap = new Map<string, string>();
  for (const [tensor, file] of map) {
    // A plain file name only: an index must not make us read files outside its directory.
    if (!/^[\w][\w.-]*\.safetensors$/.test(file)) {
      throw badIndex(path, `tensor "${tensor}" is placed in "${file}", which is not a file name`);
    }
    weightMap.set(tensor, join(directory, file));
  }
  const files = [...new Set(weightMap.values())].sort();
  if (files.length > MAX_SHARDS) {
    throw badIndex(path, `it names ${files.length} shards, the limit is ${MAX_SHARDS}`);
  }
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) throw badIndex(path, `shard ${basename(missing)} does not exist`);
  return { files, weightMap };
}

function badIndex(path: string, detail: string): Error {
  return userError(
    'weights-index-invalid',
    `${path} is not a usable index: ${detail}`,
    'Download the model again, with all of its shards.',
  );
}

function noWeights(directory: string): Error {
  const pickled = existsSync(join(directory, 'pytorch_model.bin'));
  return userError(
    'weights-missing',
    pickled
      ? `${directory} has only pickled weights (pytorch_model.bin), which can run code and are never opened`
      : `${directory} has neither ${SINGLE_FILE} nor ${INDEX_FILE}`,
    'Save the model in the safetensors format.',
  );
}
