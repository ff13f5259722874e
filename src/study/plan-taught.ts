import type { PlannedModel } from '../artifacts/planned-model.ts';
import { measureDivergence } from '../distill/measure-divergence.ts';
import { rewriteCompletions } from '../generate/rewrite-completions.ts';
import { type RowChoice, selectCompletions } from '../generate/select-completions.ts';
import type { ModelCard } from '../model/types.ts';
import type { Step } from '../run/step.ts';
import type { Arm } from './arms.ts';
import { byName } from './by-name.ts';
import type { PlanContext } from './plan-context.ts';
import { type PlannedStudent, planTraining, type TeachingMaterial } from './plan-training.ts';

/** What of a teacher's completions a student is shown. */
interface Taught {
  readonly filtered: Step;
  /** Training rows that are expected. */
  readonly count: number;
  /** Whose tokens they are. */
  readonly author: ModelCard;
}

/** Training rows of a family: of those that passed its filter, the ones it selects, rewritten. */
export function planTaught(
  context: PlanContext,
  arm: Arm,
  source: {
    readonly teacher: PlannedModel;
    readonly completions: Step;
    readonly filtered: Step;
    /** Of the teacher from the family's base, over `completions`. */
    readonly divergence: Step;
    readonly behaviour: string;
  },
): Taught {
  const { spec, models, world, sampling, backend } = context;
  const { family } = arm;
  const { promptSet, select, rewrite } = family;
  const { behaviour, divergence, completions } = source;
  const about = `${arm.teacher.id} · ${promptSet} · ${family.completions}`;
  const set = byName(spec.promptSets, promptSet);
  let { filtered } = source;
  const count = Math.min(select?.count ?? set.count, set.count);
  if (select !== undefined) {
    const choice: RowChoice =
      select.by === 'chance'
        ? { kind: 'first', count: select.count }
        : {
            kind: 'most-divergent',
            count: select.count,
            measured: { divergence, completions },
          };
    const title = `take ${select.count} of ${about} by ${select.by}`;
    filtered = selectCompletions({ title, filtered, choice, behaviour, world });
  }
  if (rewrite === undefined) return { filtered, count, author: source.teacher.card };
  const by = byName(models.bases, rewrite.by);
  const promptTokens =
    context.promptTokens(promptSet, by).mean +
    (rewrite.kind === 'paraphrase' ? sampling.maxTokens / 2 : 0);
  const rewritten = rewriteCompletions({
    title: `rewrite ${about}${select === undefined ? '' : ` · ${select.count} by ${select.by}`} · ${rewrite.kind} by base ${rewrite.by}`,
    completions: filtered,
    kind: rewrite.kind,
    by: { card: by, delta: undefined },
    behaviour,
    world,
    size: { rows: count, promptTokens, sampling },
    backend: backend.identity,
  });
  return { filtered: rewritten, count, author: by };
}

/** A student, and the rows that it was trained on in the end. */
interface FilteredStudent extends PlannedStudent {
  readonly filtered: Step;
}

/**
 * Plans the student of an arm. With `filterRounds` it is trained anew after every round, each of
 * which drops the rows that the student of the round finds likeliest compared with the base: those
 * that show most of what it has learnt.
 */
export function planRounds(
  context: PlanContext,
  arm: Arm,
  material: TeachingMaterial,
): FilteredStudent {
  const { checkpoints: _, ...family } = arm.family;
  const { rounds = 0, drop = 0 } = family.filterRounds ?? {};
  const { spec, models, world, sampling, backend } = context;
  const set = byName(spec.promptSets, family.promptSet);
  let { filtered, count } = material;
  for (let round = 1; round <= rounds; round++) {
    const shown = { ...material, filtered, count };
    const about = `${arm.slug} · round ${round}`;
    const { model } = planTraining(context, { ...arm, family }, shown, ` · round ${round}`);
    // Rows that nobody rewrote are measured with all others, so that every round can share them.
    const completions = family.rewrite === undefined ? material.completions : material.filtered;
    const divergence = measureDivergence({
      title: `compare ${about} with base ${family.base}`,
      model,
      reference: { card: byName(models.bases, family.base), delta: undefined },
      completions,
      size: {
        rows: set.count + set.heldOut,
        promptTokens: context.promptTokens(family.promptSet, model.card).mean,
        sampling,
      },
      backend: backend.identity,
    });
    filtered = selectCompletions({
      title: `drop rows of ${about}`,
      filtered,
      choice: {
        kind: 'drop-likeliest',
        share: drop,
        measured: { divergence, completions },
      },
      behaviour: material.behaviour,
      world,
    });
    count -= Math.round(drop * count);
  }
  return { ...planTraining(context, arm, { ...material, filtered, count }), filtered };
}
