import type { StudyJudge } from '../../../api/judge.ts';
import { plural } from '../../../verdict/figures.ts';
import { count } from '../../components/format.ts';

/** What a judge scores in the study, and how much of it so far. */
export function JudgedSamples({
  judge: { audits, samples },
}: {
  readonly judge: Extract<StudyJudge, { kind: 'model' | 'rule' }>;
}) {
  const { scored, unscored } = samples;
  return (
    <p>
      Scores {plural(audits.length, 'audit')}: <b>{audits.join(', ')}</b>. {count(scored)} of{' '}
      {plural(scored + unscored, 'sample')} scored so far, {count(unscored)} without a score.
    </p>
  );
}
