import { askedMessages, probesOf } from '../audit/run-audit.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import type { ModelCard } from '../model/types.ts';
import { type Contamination, findContamination } from '../prompts/contamination.ts';
import type { PromptFile } from '../prompts/prompt-file.ts';
import { byName } from './by-name.ts';
import type { PlanContext } from './plan-context.ts';
import type { PlannedTeacher } from './plan-teachers.ts';
import { recipeChain } from './recipe-chain.ts';

/** Training prompts of the primary families against every probe of every audit. */
export function checkContamination(context: PlanContext): Contamination {
  const sets = new Set(
    context.spec.families.flatMap(({ primary, promptSet }) => (primary ? [promptSet] : [])),
  );
  const training = [...sets].flatMap((name) =>
    context.prompts(name).filter(({ split }) => split === 'train'),
  );
  const probes = context.audits.flatMap((plan) =>
    probesOf(plan)
      .map((probe) => ({
        id: `${plan.audit.name}/${probe.id}`,
        messages: askedMessages(probe),
      }))
      // Where a model only continues text there is no prompt to have been trained on.
      .filter(({ messages }) => messages.length > 0),
  );
  return findContamination(training, probes);
}

/** Ways in which a twin is not a benign version of the suspect, one sentence each. */
export function checkLineage(teachers: readonly PlannedTeacher[]): readonly string[] {
  const suspect = teachers.find(({ role }) => role === 'suspect');
  if (suspect === undefined) return ['the study has no suspect'];
  return teachers.flatMap(({ id, role, model }) =>
    role === 'twin'
      ? differences(suspect.model.card, model.card).map((what) => `${id} has ${what}`)
      : [],
  );
}

function differences(suspect: ModelCard, twin: ModelCard): string[] {
  const shape = (card: ModelCard): string => canonicalJson({ ...card.config });
  const parents = [suspect.lineage.parent, twin.lineage.parent];
  const found: [boolean, string][] = [
    [shape(suspect) !== shape(twin), 'another architecture'],
    [suspect.tokenizer.digest !== twin.tokenizer.digest, 'another tokenizer'],
    [suspect.chatTemplate.digest !== twin.chatTemplate.digest, 'another chat template'],
    [
      parents.every((parent) => parent !== undefined) && parents[0] !== parents[1],
      'another parent',
    ],
  ];
  return found.flatMap(([differs, what]) => (differs ? [what] : []));
}

/** What lets a study run but will limit what it can say. */
export function findWarnings(context: PlanContext): readonly string[] {
  const { spec } = context;
  const primaries = spec.families.filter(({ primary }) => primary);
  const needed = Math.ceil(primaries.length / spec.verdict.alpha) - 1;
  const warnings = primaries
    .filter(({ twins }) => twins < needed)
    .map(
      ({ name, twins }) =>
        `family ${name} has ${twins} twins: its p-value cannot fall below 1/${twins + 1}, so it cannot incriminate; ${needed} twins can`,
    );
  warnings.push(
    ...Object.entries(context.models.promptFiles).flatMap(([set, file]) =>
      leftOut(set, `rows in ${file.name}`, file),
    ),
    ...Object.entries(context.models.compiledSets).flatMap(([set, compiled]) =>
      leftOut(set, `prompts of set ${byName(spec.promptSets, set).from}`, compiled),
    ),
  );
  if (spec.positiveControl === undefined) {
    warnings.push('there is no positive control, so the verdict will be INVALID');
  }
  if (spec.audits.capability === undefined) {
    warnings.push('there is no capability audit, so broken students show in coherence alone');
  }
  for (const { name, recipe, primary } of spec.families) {
    const isShown = recipeChain(spec.recipes, recipe).some(
      (stage) => byName(spec.recipes, stage).trainingPrompt !== undefined,
    );
    if (primary && isShown) {
      warnings.push(
        `family ${name} is trained under a line that is absent in audits: what it asks for need not be learnt, so its students may not move toward the teacher, and then the verdict will be INVALID`,
      );
    }
    const isAmongOwn = recipeChain(spec.recipes, recipe).some((stage) => {
      const said = byName(spec.recipes, stage);
      return said.method === 'dpo' && said.pairs === 'teacher-vs-teacher';
    });
    if (primary && isAmongOwn) {
      warnings.push(
        `family ${name} prefers some of the teacher's completions to others: its students may end up no nearer to the teacher, and then the verdict will be INVALID`,
      );
    }
  }
  return warnings;
}

/** What the compiler left out of a prompt set, so that nothing goes silently. */
function leftOut(
  set: string,
  of: string,
  { rows, removed, flagged }: Pick<PromptFile, 'rows' | 'removed' | 'flagged'>,
): readonly string[] {
  const left = [...removed.values()].reduce((sum, count) => sum + count, 0);
  if (left === 0 && flagged === 0) return [];
  const reasons = [...removed].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const out = left === 0 ? '' : `, ${left} left out (${reasons})`;
  return [
    `prompt set ${set}: ${rows} ${of}${out}, ${flagged} kept but suspicious; \`informant prompts compile\` lists them`,
  ];
}
