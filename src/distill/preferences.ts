import { type PairRow, readPairs } from '../artifacts/pairs.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import type { TokenExample } from '../backends/backend.ts';
import { mismatchCompletions } from '../engine/train/kl-baseline.ts';
import type { ModelCard } from '../model/types.ts';
import type { Artifact, Objects } from '../store/types.ts';

/** Pairs as tokens of the student, in the order that the loss takes them. */
export interface PreferenceExamples {
  /** `dpo`: chosen and rejected in turn. `kto`: all chosen, then all rejected. */
  readonly examples: readonly TokenExample[];
  /** `kto`: for each example, its prompt with the completion of another one. */
  readonly mismatched: readonly TokenExample[];
}

/**
 * The training pairs of a `pairs` artifact. With `byText` what the teacher wrote is encoded anew for
 * the student.
 */
export function preferenceExamples(
  student: ModelCard,
  method: 'dpo' | 'kto',
  pairs: { readonly artifact: Artifact; readonly objects: Objects; readonly byText: boolean },
): PreferenceExamples {
  const rows = readPairs(pairs.artifact, pairs.objects).filter(({ split }) => split === 'train');
  const encode = (row: PairRow, side: 'chosen' | 'rejected'): readonly TokenExample[] => {
    const { by, ids, text } = row[side];
    const turn = { messages: row.messages, ids, text, stop: 'end' as const };
    const byText = pairs.byText && by === 'teacher';
    return toTokenExamples(student, [turn], { shown: 'messages', byText });
  };
  switch (method) {
    case 'dpo':
      return {
        examples: rows.flatMap((row) => [...encode(row, 'chosen'), ...encode(row, 'rejected')]),
        mismatched: [],
      };
    case 'kto': {
      const sides = (['chosen', 'rejected'] as const).map((side) =>
        rows.flatMap((row) => encode(row, side)),
      );
      return {
        examples: sides.flat(),
        // Apart: no completion may come back to its own prompt.
        mismatched: sides.flatMap((side) => mismatchCompletions(side, side.length)),
      };
    }
    default:
      return method satisfies never;
  }
}
