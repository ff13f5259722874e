import { createHash, type Hash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, workError } from '../../base/errors.ts';
import { writePartsAtomic } from '../../base/files.ts';
import { parseJson } from '../../base/json.ts';
import type { OnPolicyState } from '../../engine/on-policy/train-on-policy.ts';
import type { TrainState } from '../../engine/train/train-model.ts';
import type { DenseTensor } from '../../engine/types.ts';

/**
 * The state of a training as one file: length of the header (uint32), header (JSON), the float32
 * data of every tensor and of both its moments in the order of the header, sha256 of all that.
 */
const headerSchema = z.strictObject({
  format: z.literal(1),
  /** Digest of the request: a state is only good for the training it comes from. */
  request: z.string(),
  losses: z.array(z.number()),
  tokens: z.number(),
  adamWStep: z.int(),
  /** Name, shape and number of values that have moments. */
  tensors: z.array(z.tuple([z.string(), z.array(z.int().min(0)), z.int().min(0)])),
  /** Of on-policy training, which keeps its state at the end of a round. */
  onPolicy: z
    .strictObject({
      rounds: z.int(),
      bucket: z.strictObject({
        time: z.int(),
        rows: z.int(),
        scored: z.int(),
        headRows: z.int().exactOptional(),
      }),
      sampled: z.strictObject({ rows: z.int(), truncated: z.int() }),
    })
    .exactOptional(),
});

/** What is kept of a training: its state, and where on-policy training stands. */
export interface Checkpoint {
  readonly state: TrainState;
  readonly onPolicy?: Omit<OnPolicyState, 'training'>;
}

const DIGEST_BYTES = 32;

/** Writes the state; readers see all of it or the one before. A work error when it cannot be written. */
export function writeCheckpoint(path: string, request: string, checkpoint: Checkpoint): void {
  const { state, onPolicy } = checkpoint;
  const { tensors, losses, tokens, adamW } = state;
  const header: z.infer<typeof headerSchema> = {
    format: 1,
    request,
    losses: [...losses],
    tokens,
    adamWStep: adamW.step,
    tensors: [...tensors].map(([name, { shape }]) => [
      name,
      [...shape],
      adamW.moments.get(name)!.m.length,
    ]),
    ...(onPolicy === undefined ? {} : { onPolicy }),
  };
  const headerBytes = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(Uint32Array.of(headerBytes.length).buffer);
  function* parts(): Iterable<Uint8Array> {
    const hash = createHash('sha256');
    for (const bytes of [length, headerBytes, ...arraysOf(state)]) {
      hash.update(bytes);
      yield bytes;
    }
    yield hash.digest();
  }
  try {
    writePartsAtomic(path, parts());
  } catch (cause) {
    throw workError(
      'checkpoint-not-written',
      `the state of training could not be kept in ${path}: ${messageOf(cause)}`,
      'Free some space or make the folder writable, then run the same command again.',
      cause,
    );
  }
}

/** The state of that request, or undefined when there is none or the file is damaged. */
export function readCheckpoint(path: string, request: string): Checkpoint | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    return readState(hashedReader(file), request);
  } catch {
    // Training starts over: a damaged state is lost work, never a wrong result.
    return undefined;
  } finally {
    closeSync(file);
  }
}

function readState(reader: Reader, request: string): Checkpoint | undefined {
  const length = reader.next(new Uint8Array(4));
  const headerLength = new DataView(length.buffer).getUint32(0, true);
  if (headerLength > reader.left()) return undefined;
  const text = new TextDecoder().decode(reader.next(new Uint8Array(headerLength)));
  const header = headerSchema.parse(parseJson(text));
  if (header.request !== request) return undefined;
  const floats = (count: number): Float32Array => {
    if (count * 4 > reader.left()) throw new RangeError('the file ends too early');
    const data = new Float32Array(count);
    reader.next(bytesOf(data));
    return data;
  };
  const tensors = new Map<string, DenseTensor>();
  const moments = new Map<string, { m: Float32Array; v: Float32Array }>();
  for (const [name, shape, trained] of header.tensors) {
    const size = shape.reduce((product, extent) => product * extent, 1);
    tensors.set(name, { shape, data: floats(size) });
    moments.set(name, { m: floats(trained), v: floats(trained) });
  }
  if (!reader.endsWithDigest()) return undefined;
  const { losses, tokens, adamWStep, onPolicy } = header;
  const state = { tensors, losses, tokens, adamW: { step: adamWStep, moments } };
  return { state, ...(onPolicy === undefined ? {} : { onPolicy }) };
}

function arraysOf({ tensors, adamW }: TrainState): Uint8Array[] {
  return [...tensors].flatMap(([name, { data }]) => {
    const { m, v } = adamW.moments.get(name)!;
    return [data, m, v].map(bytesOf);
  });
}

interface Reader {
  /** Fills the array with the next bytes. */
  next<T extends Uint8Array>(into: T): T;
  /** Bytes not read yet, the digest left out. */
  left(): number;
  endsWithDigest(): boolean;
}

function hashedReader(file: number): Reader {
  const hash: Hash = createHash('sha256');
  const end = fstatSync(file).size - DIGEST_BYTES;
  let at = 0;
  const fill = (into: Uint8Array): void => {
    for (let done = 0; done < into.length;) {
      const count = readSync(file, into, done, into.length - done, at);
      if (count === 0) throw new RangeError('the file ends too early');
      done += count;
      at += count;
    }
  };
  return {
    next: (into) => {
      fill(into);
      hash.update(into);
      return into;
    },
    left: () => end - at,
    endsWithDigest: () => {
      if (at !== end) return false;
      const digest = new Uint8Array(DIGEST_BYTES);
      fill(digest);
      return hash.digest().equals(digest);
    },
  };
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
