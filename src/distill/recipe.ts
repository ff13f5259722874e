import type { Capability } from '../backends/backend.ts';
import type { TrainingOptions } from '../artifacts/training-options.ts';

/** How to distil. `kd` matches the teacher's distributions, `sft` imitates its samples. */
export type Recipe =
  | ({ readonly method: 'sft' } & TrainingOptions)
  | ({
      readonly method: 'kd';
      /** Teacher probabilities kept per position; the rest is one tail bucket. */
      readonly topK: number;
      /** Softens both distributions; 1 leaves them as they are. */
      readonly temperature: number;
    } & TrainingOptions);

/** What a backend must be able to do for a recipe. */
export function capabilitiesOf(recipe: Recipe): readonly Capability[] {
  return recipe.method === 'kd' ? ['train-kd', 'score-top-k'] : ['train-sft'];
}
