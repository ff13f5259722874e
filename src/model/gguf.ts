import { gguf as parseGguf, GGMLQuantizationType } from '@huggingface/gguf';
import { z } from 'zod';
import { type AppError, messageOf, userError } from '../base/errors.ts';
import { type ByteSource, fileSource, readBytes } from './byte-source.ts';
import type { GgmlType } from './dequantise/ggml-type.ts';
import { GGML_TYPES } from './dequantise/ggml-types.ts';
import { findGgufOverrun } from './gguf-bounds.ts';

/** Most dimensions a GGML tensor can have (GGML_MAX_DIMS). */
const MAX_DIMS = 4;
/** Alignments above one memory page serve nobody, and the parser computes with 32-bit integers. */
const MAX_ALIGNMENT = 4096;

/** One tensor; `shape` is row-major (GGUF stores it fastest first), `begin` an absolute offset. */
export interface GgufTensor {
  readonly type: GgmlType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly bytes: number;
}

/** A GGUF file whose header has been checked against the size of the file. */
export interface GgufFile {
  readonly path: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

// The package's declarations do not resolve under NodeNext, so what it returns is checked here.
const outputSchema = z.object({
  // Not z.record: a key "__proto__" in the file becomes the prototype of what the parser returns.
  metadata: z.custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null,
  ),
  tensorInfos: z.array(z.unknown()),
  tensorDataOffset: z.bigint().transform(Number),
});
const infoSchema = z.object({
  name: z.string(),
  shape: z.array(z.bigint()).min(1).max(MAX_DIMS),
  dtype: z.number(),
  offset: z.bigint(),
});

/**
 * Parses a GGUF header and checks that every tensor has a supported type and lies inside the file
 * without overlapping another: sizes in the header are claims. Raises user errors that name file
 * and tensor (`gguf-damaged`, `gguf-truncated`, `gguf-type`).
 */
export async function readGguf(path: string): Promise<GgufFile> {
  const source = fileSource(path);
  try {
    checkMagic(source);
    const overrun = findGgufOverrun(source);
    if (overrun !== undefined) throw truncated(path, overrun);
    const parsed = outputSchema.parse(await parse(path));
    const { metadata } = parsed;
    checkAlignment(
      path,
      Object.hasOwn(metadata, 'general.alignment') ? metadata['general.alignment'] : undefined,
    );
    const tensors = new Map<string, GgufTensor>();
    for (const raw of parsed.tensorInfos) {
      const info = infoSchema.safeParse(raw);
      if (!info.success)
        throw damaged(path, `a tensor entry is bad: ${z.prettifyError(info.error)}`);
      const { name } = info.data;
      if (tensors.has(name)) throw damaged(path, `tensor "${name}" is listed twice`);
      tensors.set(name, locate(source, info.data, parsed.tensorDataOffset));
    }
    checkOverlaps(path, tensors);
    return { path, metadata, tensors };
  } finally {
    source.close();
  }
}

async function parse(path: string): Promise<unknown> {
  try {
    return await parseGguf(path, { allowLocalFile: true });
  } catch (error) {
    throw damaged(path, messageOf(error));
  }
}

function checkMagic(source: ByteSource): void {
  const magic = new TextDecoder().decode(readBytes(source, 0, Math.min(4, source.size)));
  if (magic !== 'GGUF') {
    throw userError(
      'gguf-damaged',
      `${source.name} is not a GGUF file: it does not start with "GGUF"`,
      'Give a .gguf file, or a directory with a Hugging Face model.',
    );
  }
}

function checkAlignment(path: string, value: unknown): void {
  if (value === undefined) return;
  const isAllowed =
    typeof value === 'number' &&
    value >= 1 &&
    Number.isInteger(Math.log2(value)) &&
    value <= MAX_ALIGNMENT;
  if (!isAllowed) {
    throw damaged(path, `general.alignment is not a power of two up to ${MAX_ALIGNMENT}`);
  }
}

function locate(
  source: ByteSource,
  { name, shape: dims, dtype, offset }: z.infer<typeof infoSchema>,
  dataStart: number,
): GgufTensor {
  const type = GGML_TYPES.get(dtype);
  if (type === undefined) {
    const supported = [...GGML_TYPES.values()].map((item) => item.name).join(', ');
    throw userError(
      'gguf-type',
      `tensor "${name}" in ${source.name} has type ${String(GGMLQuantizationType[dtype] ?? dtype)}; supported: ${supported}`,
      'Use another quantisation of this model.',
    );
  }
  const shape = dims.map(Number).reverse();
  const columns = shape.at(-1)!;
  const elements = dims.reduce((product, length) => product * length, 1n);
  const bytes = Number(elements / BigInt(type.blockElements)) * type.blockBytes;
  if (elements === 0n || columns % type.blockElements !== 0) {
    throw damaged(
      source.name,
      `tensor "${name}" [${shape.join(', ')}] does not consist of whole ${type.name} blocks of ${type.blockElements}`,
    );
  }
  const begin = dataStart + Number(offset);
  if (begin + bytes > source.size) {
    throw truncated(
      source.name,
      `tensor "${name}" (${type.name} [${shape.join(', ')}]) would end at byte ${begin + bytes}, the file has ${source.size}`,
    );
  }
  return { type, shape, begin, bytes };
}

function checkOverlaps(path: string, tensors: ReadonlyMap<string, GgufTensor>): void {
  let end = 0;
  for (const [name, { begin, bytes }] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin)) {
    if (begin < end) throw damaged(path, `tensor "${name}" overlaps the tensor before it`);
    end = begin + bytes;
  }
}

function truncated(path: string, detail: string): AppError {
  return userError(
    'gguf-truncated',
    `${path} is truncated or its header lies: ${detail}`,
    'Copy or download the file again.',
  );
}

/** The error for a GGUF file whose content contradicts itself. */
export function damaged(path: string, detail: string): AppError {
  return userError(
    'gguf-damaged',
    `${path} is not a valid GGUF file: ${detail}`,
    'Copy or download the file again, or convert it anew.',
  );
}
