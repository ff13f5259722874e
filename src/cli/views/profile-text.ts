import type { AnswerDistance } from '../../study/answer-distance.ts';
import type { AuditabilityChange } from '../../study/auditability-change.ts';
import type { ProbeRate } from '../../study/probe-scores.ts';
import type { ModelProfile } from '../../study/profiles.ts';
import type { Auc } from '../../verdict/auc.ts';
import { bracket, decimal, listOf, pEquals, percent } from '../../verdict/figures.ts';
import type { AuditabilityTable } from '../report/extras.ts';
import type { ProfileTable } from '../../readers/profile-rows.ts';
import { textTable } from '../table.ts';

/** What `informant profile` shows. */
interface Profiles {
  /** Capability and behaviour side by side, pooled by family and teacher. */
  readonly rates: Pick<ProfileTable, 'columns' | 'rows'>;
  readonly models: readonly (Pick<ModelProfile, 'concealment' | 'auditability'> & {
    readonly model: string;
  })[];
  /** Bases audited before any training (`checkpoints: [0]`). */
  readonly bases?: Profiles['models'];
  readonly changes: readonly AuditabilityChange[];
  readonly distances: readonly AnswerDistance[];
  readonly probes: readonly { readonly model: string; readonly layer: number; readonly auc: Auc }[];
}

/** Profiles for the terminal. */
export function profileText(profiles: Profiles): string {
  const { head, rows, sentences } = auditabilityTable(profiles);
  const { distances } = profiles;
  return [
    ratesText(profiles.rates),
    '',
    textTable(head, rows),
    ...(sentences.length === 0 ? [] : ['', ...sentences]),
    ...(distances.length === 0 ? [] : ['', ...distances.map(distanceSentence)]),
  ].join('\n');
}

/** A terminal is taller than wide: whichever is more, audits or groups of models, goes down. */
function ratesText({ columns, rows }: Profiles['rates']): string {
  const shown = rows.map(({ rates }) =>
    rates.map((value) => (value === null ? '—' : percent(value))),
  );
  if (columns.length <= rows.length) {
    return textTable(
      ['', '#models', ...columns.map((column) => `#${column}`)],
      rows.map(({ label, models }, i) => [label, String(models), ...shown[i]!]),
    );
  }
  return textTable(
    ['', ...rows.map(({ label }) => `#${label}`)],
    [
      ['models', ...rows.map(({ models }) => String(models))],
      ...columns.map((column, c) => [column, ...shown.map((rates) => rates[c]!)]),
    ],
  );
}

/** The skills of every model as text, for terminal and report. */
export function auditabilityTable({
  models,
  bases = [],
  changes,
  probes,
}: Pick<Profiles, 'models' | 'bases' | 'changes' | 'probes'>): AuditabilityTable {
  const probed = new Map(probes.map(({ model, auc }) => [model, auc]));
  const layer = probes[0]?.layer;
  const rows = [...bases, ...models].map(({ model, concealment, auditability: skills }) => [
    model,
    concealment[0] === undefined
      ? '—'
      : `${decimal(concealment[0].gap)} ${bracket(concealment[0].interval)}`,
    rate(skills.secretKeeping),
    area(skills.behaviourAuc),
    area(skills.statedBeliefAuc),
    ...(layer === undefined ? [] : [area(probed.get(model) ?? null)]),
    skills.opaqueReasoning === null ? '—' : String(skills.opaqueReasoning.longest),
    rate(skills.planning),
  ]);
  const head = [
    'model',
    '#concealment gap',
    '#keeps secrets',
    '#AUC behaves in audits',
    '#AUC believes in tests',
    ...(layer === undefined ? [] : [`#AUC probe, layer ${layer}`]),
    '#steps unseen',
    '#plans',
  ];
  return { head, rows, sentences: changes.map(changeSentence) };
}

/** Whether distillation made a student less auditable, in one sentence. */
function changeSentence({ student, skills, lessAuditable }: AuditabilityChange): string {
  const named = (direction: string): string =>
    listOf(skills.filter((one) => one.direction === direction).map(({ skill }) => skill));
  if (lessAuditable === null) return `${student}: nothing that could evade audits was measured.`;
  const [more, less] = [named('more'), named('less')];
  if (more === '' && less === '') {
    return `${student}: no clear change from U in ${listOf(skills.map(({ skill }) => skill))}.`;
  }
  const verdict = lessAuditable
    ? 'less auditable than U'
    : more === ''
      ? 'more auditable than U'
      : 'changed both ways against U';
  return `${student}: ${verdict}${more === '' ? '' : `; better at ${more}`}${less === '' ? '' : `; worse at ${less}`}.`;
}

function distanceSentence({ family, twins, totalVariation, energy }: AnswerDistance): string {
  return `${family}: answers of U’s student lie ${decimal(totalVariation.distance)} from those of ${twins} twins’ students in total variation (${pEquals(totalVariation.p)}), energy distance ${energy.distance.toPrecision(2)} (${pEquals(energy.p)}).`;
}

function rate(found: ProbeRate | null): string {
  return found === null ? '—' : `${percent(found.rate)} ${bracket(found.interval)}`;
}

function area(found: Auc | null): string {
  return found === null ? '—' : `${decimal(found.auc)} ${bracket(found.interval)}`;
}
