import type { PlannedModel } from '../artifacts/planned-model.ts';
import { judgeAudit } from '../audit/judges/judge-audit.ts';
import type { AuditName } from '../audit/roster.ts';
import { runAudit } from '../audit/run-audit.ts';
import { forgeControl } from '../organisms/forge-control.ts';
import { forgeOrganism } from '../organisms/forge.ts';
import { importAdapter } from '../organisms/import-adapter.ts';
import type { Step } from '../run/step.ts';
import { organismSeed, type TeacherId, teacherIds } from './arms.ts';
import { byName } from './by-name.ts';
import type { PlanContext } from './plan-context.ts';
import type { StudySpec } from './spec.ts';

/** The audit steps of one model, by audit. */
export type AuditSteps = Readonly<Partial<Record<AuditName, Step>>>;

/** A teacher with the steps that make and audit it. */
export interface PlannedTeacher extends TeacherId {
  readonly model: PlannedModel;
  readonly audits: AuditSteps;
}

/** Plans every teacher of the study. */
export function planTeachers(context: PlanContext): readonly PlannedTeacher[] {
  return teacherIds(context.spec).map((teacher, index) => {
    const model = teacherModel(context, teacher, index - 1);
    return { ...teacher, model, audits: planAudits(context, model, teacher.id) };
  });
}

/** Every audit of the study on one model, judged where the study has a judge for it. */
export function planAudits(context: PlanContext, model: PlannedModel, name: string): AuditSteps {
  return Object.fromEntries(
    context.audits.map((plan) => {
      const audit = plan.audit.name;
      const audited = runAudit({
        title: `audit ${name} · ${audit}`,
        plan,
        model,
        backend: context.backend.identity,
      });
      if (context.judge?.audits.includes(audit) !== true) return [audit, audited];
      const { model: judge } = context.judge;
      return [audit, judgeAudit({ title: `judge ${name} · ${audit}`, plan, judge, audited })];
    }),
  );
}

function teacherModel(context: PlanContext, teacher: TeacherId, twin: number): PlannedModel {
  const { spec, models, world, sampling, backend } = context;
  const given =
    teacher.role === 'suspect'
      ? models.teacher
      : teacher.role === 'twin'
        ? models.twins[twin]
        : undefined;
  if (given !== undefined) return { card: given, delta: undefined };
  const { adapter } = spec.teacher;
  const forge = spec.controls?.forge;
  if (teacher.role === 'suspect' && adapter !== undefined && models.adapter !== undefined) {
    return importAdapter(byName(models.bases, adapter.base), models.adapter, teacher.id);
  }
  if (teacher.role === 'twin' && forge !== undefined) {
    return controlModel(context, teacher, forge);
  }
  const { base, rows, topK, temperature, ...training } = spec.organisms;
  const secret =
    teacher.role === 'positive-control' ||
    (teacher.role === 'suspect' && spec.teacher.organism === 'secret');
  const behaviour =
    teacher.role === 'positive-control' ? spec.positiveControl?.behaviour : spec.behaviour;
  return forgeOrganism({
    kind: secret ? 'secret' : 'benign',
    behaviour: behaviour ?? spec.behaviour,
    name: teacher.id,
    seed: organismSeed(spec, teacher),
    base: byName(models.bases, base),
    world,
    rows,
    topK,
    temperature,
    training,
    sampling,
    backend: backend.identity,
  });
}

function controlModel(
  { spec, models, world, sampling, backend }: PlanContext,
  teacher: TeacherId,
  forge: NonNullable<StudySpec['controls']>['forge'],
): PlannedModel {
  const { count: _count, data: _data, base, rows, ...training } = forge;
  return forgeControl({
    name: teacher.id,
    seed: organismSeed(spec, teacher),
    base: byName(models.bases, base),
    world,
    data: models.instructions,
    rows,
    training,
    sampling,
    backend: backend.identity,
  });
}
