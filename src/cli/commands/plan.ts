import type { StudyFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { compact, duration } from '../../base/numbers.ts';
import { pValue } from '../../verdict/figures.ts';
import { type PlanSummary, summarisePlan } from '../plan-summary.ts';
import { textTable } from '../table.ts';
import { visibleText } from '../../base/visible-text.ts';
import { withPlan, withStoreIfAny } from '../workspace.ts';

/** Prints what a run would do: arms, steps by stage, cached or to do, cost and time. */
export async function planCommand(io: CliIo, argument: string, flags: StudyFlags): Promise<void> {
  await withPlan(io, argument, flags, (planned) => {
    const summary = withStoreIfAny(planned.storeDir, (store) => summarisePlan(planned, store));
    if (flags.json) return print(io, JSON.stringify(summary));
    print(io, `${planText(summary)}\nNext: informant run ${planned.label}`);
  });
}

/** The plan for people. */
export function planText(summary: PlanSummary): string {
  const { arms, stages, steps } = summary;
  const armTable = textTable(
    ['arm', 'role', 'family', '', 'method', 'prompts', 'base', '#seed'],
    arms.map((a) => [
      a.arm,
      a.role,
      a.family,
      a.primary ? 'primary' : 'exploratory',
      a.method,
      a.promptSet,
      a.base,
      String(a.seed),
    ]),
  );
  const stageTable = textTable(
    ['stage', '#steps', '#cached', '#to do', '#tokens to do'],
    stages.map((s) => [
      s.stage,
      String(s.steps),
      String(s.cached),
      String(s.steps - s.cached),
      compact(s.costTokensLeft),
    ]),
  );
  const todo = steps.filter((step) => !step.cached).length;
  const notes = [
    ...summary.warnings.map((warning) => `warning: ${visibleText(warning)}`),
    ...summary.problems.map(
      ({ at, message, fix }) =>
        `problem: ${visibleText(`${at}: ${message}`)}\n  fix: ${visibleText(fix)}`,
    ),
  ];
  return [
    `study ${summary.study}: ${arms.length} arms`,
    armTable,
    '',
    stageTable,
    '',
    `${todo} of ${steps.length} steps to do${todo === 0 ? '.' : `, ${timeText(summary.estimate)}.`}`,
    ...looksText(summary),
    ...notes,
  ].join('\n');
}

/** What each declared look costs beyond those before it, and where the study stands. */
function looksText({ looks, state }: PlanSummary): string[] {
  if (looks === undefined) return [];
  const table = textTable(
    ['#look', '#size', 'needs', '#steps to do', '#tokens to do', 'time'],
    looks.map((look) => [
      String(look.look),
      `${look.size} ${look.adds}`,
      look.level > 0 ? `rank p ≤ ${pValue(look.level)}` : 'cannot incriminate',
      String(look.stepsLeft),
      compact(look.costTokensLeft),
      look.stepsLeft === 0 ? 'done' : timeText(look.estimate),
    ]),
  );
  return ['', 'Looks: the study ends at the first that decides', table, state?.detail ?? ''];
}

function timeText(estimate: PlanSummary['estimate']): string {
  if (estimate === null) return 'time unknown';
  const basis = estimate.basis === 'measured' ? 'from measured steps' : 'from an assumed speed';
  return `about ${duration(estimate.minutes * 60)} (${basis})`;
}
