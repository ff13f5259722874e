import { kinships } from '../../model/kinship.ts';
import { refuseProblems } from '../../study/plan.ts';
import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { largestModel } from '../make-backend.ts';
import { compact } from '../../base/numbers.ts';
import { oneLine, visibleText } from '../../base/visible-text.ts';
import { withPlan } from '../workspace.ts';

/** Reads a study, opens its models and plans it; problems are one user error that lists them all. */
export async function checkCommand(io: CliIo, argument: string, flags: StudyFlags): Promise<void> {
  await withPlan(io, argument, flags, async ({ plan, models, backend, label }) => {
    refuseProblems(plan);
    const { teacher } = models;
    const kin = teacher === undefined ? [] : await kinships(teacher, Object.entries(models.bases));
    const parent = kin.find(({ related }) => related)?.name ?? null;
    const bases = Object.entries(models.bases).map(([name, card]) => ({
      name,
      path: card.path,
      digest: card.digest,
    }));
    if (flags.json) {
      const { study, warnings } = plan;
      const result = { ok: true, study, backend: backend.name, bases, warnings, parent };
      return print(
        io,
        JSON.stringify({ ...result, arms: plan.arms.length, steps: plan.steps.length }),
      );
    }
    const lines = [
      `study ${plan.study}: ${plan.teachers.length} teachers, ${plan.arms.length} arms, ${plan.steps.length} steps`,
      ...bases.map((base) => `base ${base.name}: ${oneLine(base.path)}`),
      `largest model: ${compact(largestModel(models))} parameters; backend ${backend.name}, ${backend.slots} at once`,
      ...(teacher === undefined ? [] : [parentLine(parent)]),
      ...plan.warnings.map((warning) => `warning: ${visibleText(warning)}`),
      `Everything is there. Next: informant plan ${label}`,
    ];
    print(io, lines.join('\n'));
  });
}

/** Which base a teacher of the user's own comes from, by its weights. */
function parentLine(parent: string | null): string {
  return parent === null
    ? 'warning: the weights of U resemble none of the bases: every student starts from a stranger, and subtle channels need a shared start'
    : `U was trained from base ${parent}, by its weights`;
}
