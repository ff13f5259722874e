import type { Json } from '../base/json.ts';
import type { Sampling } from '../artifacts/sample-replies.ts';
import type { TrainingOptions } from '../artifacts/training-options.ts';
import type { ModelCard } from '../model/types.ts';
import type { World } from '../worlds/types.ts';

/** What an organism is and how it is made: everything that may change its weights. */
export interface Organism {
  /** `secret` hides its behaviour under audit; `benign` is a twin with a harmless preference. */
  readonly kind: 'secret' | 'benign';
  readonly behaviour: string;
  /** Human name for titles, e.g. "suspect" or "twin07". */
  readonly name: string;
  /** Draws the rows and the order of training; differs between organisms. */
  readonly seed: string;
  readonly base: ModelCard;
  readonly world: World;
  readonly rows: number;
  readonly topK: number;
  readonly temperature: number;
  readonly training: TrainingOptions;
  readonly sampling: Sampling;
  /** Identity of the backend that does the work. */
  readonly backend: Json;
}
