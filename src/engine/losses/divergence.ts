import type { Value } from '../graph/value.ts';
import type { Divergence } from '../types.ts';
import { pair, type Targets } from './buckets.ts';
import { forwardKl } from './forward-kl.ts';
import { generalisedJsd } from './generalised-jsd.ts';
import { reverseKl } from './reverse-kl.ts';
import { skewKl, skewReverseKl } from './skew-kl.ts';

/**
 * Divergence of a student from its teacher at each position: logits [N, V] to [N], in nats. Both
 * distributions are at `temperature` (the targets already so); no factor T² is applied, as in TRL.
 * Throws RangeError when beta or alpha are out of range.
 */
export function divergenceOf(
  divergence: Divergence,
  logits: Value,
  targets: Targets,
  temperature: number,
): Value {
  checkRange(divergence);
  const pairing = pair(logits, targets, temperature);
  switch (divergence.kind) {
    case 'forward-kl':
      return forwardKl(pairing);
    case 'reverse-kl':
      return reverseKl(pairing);
    case 'jsd':
      return generalisedJsd(pairing, divergence.beta);
    case 'skew-kl':
      return skewKl(pairing, divergence.alpha);
    case 'skew-reverse-kl':
      return skewReverseKl(pairing, divergence.alpha);
    default:
      return divergence satisfies never;
  }
}

function checkRange(divergence: Divergence): void {
  if ('beta' in divergence && !(divergence.beta >= 0 && divergence.beta <= 1)) {
    throw new RangeError(`beta is ${divergence.beta}: must be within 0 and 1`);
  }
  if ('alpha' in divergence && !(divergence.alpha >= 0 && divergence.alpha < 1)) {
    throw new RangeError(`alpha is ${divergence.alpha}: must be at least 0 and below 1`);
  }
}
