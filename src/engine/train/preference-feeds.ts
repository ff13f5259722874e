import type { PackedBatch } from '../packing.ts';
import type { TensorData } from '../session.ts';
import type { Objective, TokenExample } from '../types.ts';
import type { BatchPlan, PlannedBatch } from './batches.ts';

type Preference = Extract<Objective, { kind: 'dpo' | 'kto' }>;

/**
 * Feeds of sequence losses: `membership` [S, scored], which sums token log-probabilities to
 * sequences, `reference` [S], `weights` (1 / the batch's pairs or examples; 0 for padding) and, for
 * KTO, `sign` [S]. Sequences of DPO are ordered chosen first, then rejected.
 */
export function preferenceFeeds(
  objective: Preference,
  examples: readonly TokenExample[],
  { bucket, groups }: BatchPlan,
): (packed: PackedBatch, batch: PlannedBatch) => ReadonlyMap<string, TensorData> {
  checkPreference(objective, examples);
  const isDpo = objective.kind === 'dpo';
  const sequences = isDpo ? 2 * groups : groups;
  const membership = new Float32Array(sequences * bucket.scored);
  const reference = new Float32Array(sequences);
  const weights = new Float32Array(groups);
  const sign = new Float32Array(groups);
  const feeds = new Map<string, TensorData>(
    Object.entries({ membership, reference, weights, sign }),
  );
  const isMean = isDpo && objective.lengthNormalised === true;
  const lengthOf = (example: number): number =>
    isMean ? Math.max(1, examples[example]!.completionIds.length) : 1;

  return (packed, batch) => {
    for (const data of [membership, reference, weights, sign]) data.fill(0);
    const groupSize = isDpo ? 2 : 1;
    const slotOf = slots(packed, groupSize);
    for (const [group, slot] of slotOf) {
      weights[slot] = groupSize / batch.examples.length;
      if (objective.kind === 'kto') {
        const isDesirable = objective.isDesirable[group]!;
        sign[slot] = isDesirable ? 1 : -1;
        weights[slot]! *= isDesirable ? objective.desirableWeight : objective.undesirableWeight;
      }
      for (let member = 0; member < groupSize; member++) {
        const example = groupSize * group + member;
        reference[slot + member * groups] = objective.reference_E[example]! / lengthOf(example);
      }
    }
    packed.origin.forEach(({ example }, i) => {
      const slot = slotOf.get(Math.floor(example / groupSize))!;
      const sequence = slot + (example % groupSize) * groups;
      membership[sequence * bucket.scored + i] = 1 / lengthOf(example);
    });
    return feeds;
  };
}

/** Position of each pair (or example) among those of a run, in order of appearance. */
export function slots(packed: PackedBatch, groupSize: number): Map<number, number> {
  const found = new Map<number, number>();
  for (const { example } of packed.origin) {
    const group = Math.floor(example / groupSize);
    if (!found.has(group)) found.set(group, found.size);
  }
  return found;
}

function checkPreference(objective: Preference, examples: readonly TokenExample[]): void {
  const count = examples.length;
  if (objective.kind === 'dpo' && count % 2 !== 0) {
    throw new RangeError(`${count} examples for pairs of chosen and rejected`);
  }
  const lengths: [string, number][] =
    objective.kind === 'dpo'
      ? [['reference log-probabilities', objective.reference_E.length]]
      : [
          ['reference log-probabilities', objective.reference_E.length],
          ['labels', objective.isDesirable.length],
          ['mismatched completions', objective.mismatched.length],
          ['mismatched reference log-probabilities', objective.mismatchedReference_E.length],
        ];
  for (const [name, length] of lengths) {
    if (length !== count) throw new RangeError(`${length} ${name} for ${count} examples`);
  }
  const empty = examples.findIndex(({ completionIds }) => completionIds.length === 0);
  if (empty >= 0) throw new RangeError(`example ${empty} has no completion`);
}
