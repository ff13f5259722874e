import { canonicalJson } from '../base/canonical-json.ts';
import { userError } from '../base/errors.ts';
import type { ModelCard, ModelRef } from '../model/types.ts';
import { trainedModel } from '../study/trained-model.ts';
import { byName } from '../study/by-name.ts';
import { withStore, type PlannedStudy } from './workspace.ts';

/** A teacher or student of a finished study, beside the model it was trained from. */
export interface StudyModel {
  readonly card: ModelCard;
  readonly ref: ModelRef;
  readonly base: ModelCard;
}

/**
 * Finds a teacher or an arm by name. User errors `no-such-arm` and `other-shape`; work error when it
 * is not trained.
 */
export function studyModel(planned: PlannedStudy, name: string): StudyModel {
  const { plan, models, study, storeDir, label } = planned;
  const teacher = plan.teachers.find(({ id }) => id === name)?.model;
  const arm = plan.arms.find(({ slug }) => slug === name);
  if (teacher === undefined && arm === undefined) {
    throw userError(
      'no-such-arm',
      `study ${plan.study} has no arm or teacher "${name}"`,
      `informant show ${label} lists them.`,
    );
  }
  const base = byName(models.bases, arm?.family.base ?? study.spec.organisms.base);
  const model = teacher ?? { card: base, delta: arm?.student };
  if (canonicalJson({ ...model.card.config }) !== canonicalJson({ ...base.config })) {
    throw userError(
      'other-shape',
      `"${name}" has another shape than ${base.path}, which it would be compared with`,
      'Compare models of one architecture: name the base of U under organisms.base.',
    );
  }
  return withStore(storeDir, (store) => ({ ...trainedModel(model, store), base }));
}
