import { shortDigest } from '../../base/digest.ts';
import { userError } from '../../base/errors.ts';
import type { Json } from '../../base/json.ts';
import { type Difference, explainStep, type Explanation } from '../../run/explain.ts';
import { allSteps } from '../../run/scheduler.ts';
import type { Step } from '../../run/step.ts';
import type { Plan } from '../../study/plan.ts';
import { armTargets, checkpointTargets } from '../../study/plan-students.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { clip, oneLine } from '../../base/visible-text.ts';
import { withPlan, withStoreIfAny } from '../workspace.ts';

/** Says for a step, or every step of an arm or teacher, whether it is cached, and if not why. */
export async function explainCommand(
  io: CliIo,
  argument: string,
  what: string,
  flags: StudyFlags,
): Promise<void> {
  await withPlan(io, argument, flags, ({ plan, storeDir }) => {
    const steps = stepsNamed(plan, what);
    const explained = withStoreIfAny(storeDir, (store) =>
      steps.map((step) => ({
        step,
        explanation: store ? explainStep(step, store) : ({ status: 'new' } satisfies Explanation),
      })),
    );
    if (flags.json) {
      const list = explained.map(({ step, explanation }) => ({
        key: step.key,
        name: step.name,
        version: step.version,
        title: step.title,
        params: step.params,
        inputs: Object.fromEntries(Object.entries(step.inputs).map(([n, s]) => [n, s.key])),
        backend: step.backend,
        explanation,
      }));
      return print(io, JSON.stringify({ steps: list }));
    }
    print(io, explained.map(({ step, explanation }) => explainText(step, explanation)).join('\n'));
  });
}

/** Steps by arm, teacher, key prefix (four digits at the least), title or name. */
function stepsNamed(plan: Plan, what: string): readonly Step[] {
  const arm = plan.arms.find(({ slug }) => slug === what);
  if (arm !== undefined) return allSteps(armTargets(arm));
  const checkpoint = plan.arms
    .flatMap(({ checkpoints }) => checkpoints)
    .find(({ slug }) => slug === what);
  if (checkpoint !== undefined) return allSteps(checkpointTargets(checkpoint));
  const teacher = plan.teachers.find(({ id }) => id === what);
  if (teacher !== undefined) return allSteps(Object.values(teacher.audits));
  const isPrefix = /^[0-9a-f]{4,64}$/u.test(what);
  const found = plan.steps.filter(
    ({ key, title, name }) => (isPrefix && key.startsWith(what)) || title === what || name === what,
  );
  if (found.length > 0) return found;
  throw userError(
    'no-such-step',
    `study ${plan.study} has no step or arm "${what}"`,
    '`informant plan --json` lists the keys of all steps, `informant show` the arms.',
  );
}

/** One step for people. */
export function explainText(step: Step, explanation: Explanation): string {
  const head = `${shortDigest(step.key)}  ${oneLine(step.title)}`;
  switch (explanation.status) {
    case 'cached':
      return `${head}\n  cached: finished ${explanation.row.finishedAt ?? 'earlier'}`;
    case 'unfinished':
      return `${head}\n  to do: ${oneLine(explanation.reason)}`;
    case 'new':
      return `${head}\n  to do: no step of this kind was ever run here`;
    case 'changed':
      return [
        `${head}\n  to do: it differs from ${shortDigest(explanation.row.key)}, the stored step most like it`,
        ...differenceLines(explanation.differences),
      ].join('\n');
  }
}

/**
 * What differs in the step itself, then the inputs that differ with the root causes of all of them,
 * each once: inputs share their own inputs, so the full tree repeats itself many times over.
 */
function differenceLines(differences: readonly Difference[]): string[] {
  const own = differences.filter(({ because }) => because.length === 0);
  const inherited = differences.filter(({ because }) => because.length > 0);
  if (inherited.length === 0) return own.map((leaf) => `    ${leafText(leaf)}`);
  const causes = new Set(inherited.flatMap(({ because }) => because.flatMap(leaves)).map(leafText));
  return [
    ...own.map((leaf) => `    ${leafText(leaf)}`),
    `    ${inherited.map(({ path }) => oneLine(path)).join(', ')}: made by steps that differ in`,
    ...[...causes].map((cause) => `      ${cause}`),
  ];
}

function leaves(difference: Difference): readonly Difference[] {
  return difference.because.length === 0 ? [difference] : difference.because.flatMap(leaves);
}

function leafText({ path, stored, planned }: Difference): string {
  return `${oneLine(path)}: ${shown(stored)} → ${shown(planned)}`;
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'absent' : clip(oneLine(JSON.stringify(value)), 80);
}
