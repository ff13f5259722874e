import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSlots } from '../base/slots.ts';
import type { Backend, SampledCompletion, SampleItem, SampleRequest } from './backend.ts';

/** Rows of one request: more would keep the first answers waiting for the last. */
const MAX_ROWS = 16;

type SampleOptions = Omit<SampleRequest, 'items'>;

interface Waiting {
  readonly item: SampleItem;
  readonly options: SampleOptions;
  readonly kind: string;
  resolve(completion: SampledCompletion): void;
  reject(error: unknown): void;
}

/** Asks for one completion; rejects with what the backend rejects the whole request with. */
export type SampleOne = (item: SampleItem, options: SampleOptions) => Promise<SampledCompletion>;

/**
 * Conversations ask for one completion at a time. What waits while the backend is busy goes into one
 * request: a step over several rows reads the weights once. What an item draws depends on its own
 * prompt and seed alone, so the company it is in changes no answer.
 */
export function createSampleQueue(backend: Pick<Backend, 'sample' | 'slots'>): SampleOne {
  const withSlot = createSlots(backend.slots);
  let waiting: Waiting[] = [];
  const serve = async (): Promise<void> => {
    // Others that were asked in the same moment may come along.
    await nextTurn();
    const [first] = waiting;
    if (first === undefined) return;
    const batch = waiting.filter(({ kind }) => kind === first.kind).slice(0, MAX_ROWS);
    const taken = new Set(batch);
    waiting = waiting.filter((one) => !taken.has(one));
    try {
      const items = batch.map(({ item }) => item);
      const completions = await backend.sample({ ...first.options, items });
      for (const [i, one] of batch.entries()) one.resolve(completions[i]!);
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  };
  return (item, options) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, options, kind: kindOf(options), resolve, reject });
      void withSlot(serve);
    });
}

/** Requests can be joined where all but their items is the same. */
function kindOf({ model, ...sampling }: SampleOptions): string {
  return JSON.stringify([model.digest, sampling]);
}
