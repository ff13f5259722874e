import { readCompletions } from '../../artifacts/completions.ts';
import { readDivergence } from '../../artifacts/divergence.ts';
import { userError } from '../../base/errors.ts';
import type { TokenDivergence } from '../../backends/backend.ts';
import type { Step } from '../../run/step.ts';
import type { Store } from '../../store/open-store.ts';
import { type DivergenceMap, divergenceMap } from '../../study/divergence-map.ts';
import type { Plan } from '../../study/plan.ts';
import type { PlannedArm } from '../../study/plan-students.ts';
import { openResults } from '../../study/results.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { divergenceText } from '../views/divergence-text.ts';
import { withPlan, withStore } from '../workspace.ts';

/** Prompts and tokens in the JSON output, at most. */
const LISTED = 100;

/** Lists the training prompts and tokens at which the teacher of an arm and its base differ most. */
export async function divergenceCommand(
  io: CliIo,
  argument: string,
  slug: string,
  flags: StudyFlags,
): Promise<void> {
  await withPlan(io, argument, flags, ({ plan, storeDir, label }) => {
    const arm = measuredArm(plan, slug, label);
    const map = withStore(storeDir, (store) => mapOf(store, plan, arm));
    if (!flags.json) return print(io, divergenceText(map));
    const { prompts, byToken, ...figures } = map;
    const listed = { prompts: prompts.slice(0, LISTED), byToken: byToken.slice(0, LISTED) };
    print(io, JSON.stringify({ study: plan.study, arm: slug, ...figures, ...listed }));
  });
}

function measuredArm(plan: Plan, slug: string, label: string): PlannedArm {
  const arm = plan.arms.find((candidate) => candidate.slug === slug);
  if (arm === undefined) {
    throw userError(
      'no-such-arm',
      `study ${plan.study} has no arm "${slug}"`,
      `informant show ${label} lists the arms.`,
    );
  }
  if (plan.steps.some(({ key }) => key === arm.divergence.fromBase.key)) return arm;
  throw userError(
    'no-divergence',
    `family ${arm.family.name} does not measure how far its teachers are from their base`,
    `Add \`divergence: true\` to it and run the study again.`,
  );
}

function mapOf(store: Store, plan: Plan, arm: PlannedArm): DivergenceMap {
  const results = openResults(store);
  const artifact = ({ key }: Step) => results.artifact(key);
  const all = readCompletions(artifact(arm.completions), store.objects);
  const lengths = all.map(({ ids }) => ids.length);
  // What the teacher said, also where another model has rewritten it for the student.
  const taken = new Set(
    readCompletions(artifact(arm.filtered), store.objects).map(({ index }) => index),
  );
  const rows = all.filter(({ index, split }) => split === 'train' && taken.has(index));
  const read = (step: Step): readonly TokenDivergence[] =>
    readDivergence(
      artifact(step),
      store.objects,
      lengths,
      rows.map(({ index }) => index),
    );
  const { fromBase, fromStudent } = arm.divergence;
  const teacher = plan.teachers.find(({ id }) => id === arm.teacher.id);
  if (teacher === undefined) throw new Error(`arm ${arm.slug} has no teacher`);
  const { tokenizer } = teacher.model.card;
  return divergenceMap({
    rows,
    fromBase: read(fromBase),
    fromStudent: fromStudent && read(fromStudent),
    decode: (ids) => tokenizer.decode(ids),
  });
}
