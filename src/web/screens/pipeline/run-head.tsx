import { Link } from '@tanstack/react-router';
import { compact } from '../../../base/numbers.ts';
import type { Study } from '../../../api/studies.ts';
import { isOffline } from '../../client/offline-mode.ts';
import { OutcomeChip } from '../../components/badge.tsx';
import { count, instant, time } from '../../components/format.ts';
import { Progress } from '../../components/progress.tsx';
import { StudyButtons } from '../../components/study-buttons.tsx';
import { StateBadge } from '../../components/study-state.tsx';
import { timeLeftMs } from '../../components/time-left.ts';

/** Where the run stands, pause and go on, and the verdict once it is reached. */
export function RunHead({
  study,
  etaMs,
}: {
  readonly study: Study;
  readonly etaMs: number | null;
}) {
  const { steps, runningIn, outcome, headline, id } = study;
  const left = runningIn === null || isOffline() ? null : (etaMs ?? timeLeftMs(study));
  return (
    <>
      {outcome !== null && (
        <div className="notice verdict-reached" role="status">
          <h2>The verdict is reached</h2>
          <p>
            <OutcomeChip outcome={outcome} /> {headline}
          </p>
          <Link className="button" to="/s/$study" params={{ study: id }}>
            See the verdict
          </Link>
        </div>
      )}
      <div className="row">
        <StateBadge study={study} />
        <StudyButtons study={study} />
        {runningIn !== null && !isOffline() && (
          <span className="small soft">
            by {runningIn.command}, process {runningIn.pid} on {runningIn.host}, since{' '}
            {instant(runningIn.since)}
          </span>
        )}
      </div>
      <div className="run-progress">
        <Progress done={steps.done} total={steps.total} label="Steps" />
      </div>
      <p className="small soft" role="status">
        {count(steps.done)} of {count(steps.total)} steps · {count(study.models.done)} of{' '}
        {count(study.models.total)} models · {compact(study.costTokens.done)} of{' '}
        {compact(study.costTokens.total)} tokens of work · {time(study.spentMs)} worked
        {left !== null && <> · about {time(left)} left</>}
      </p>
    </>
  );
}
