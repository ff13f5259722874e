import type { StudySpec } from '../../study/spec.ts';

/** What the judge of a study is called where it is a model; undefined where rules score. */
export function modelJudgeName(judge: StudySpec['judge']): string | undefined {
  if (judge.kind !== 'model') return undefined;
  const { model } = judge;
  return model.kind === 'openai' ? model.model : model.path;
}
