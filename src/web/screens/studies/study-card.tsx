import { Link } from '@tanstack/react-router';
import type { StudyCard } from '../../../api/studies.ts';
import { isOffline } from '../../client/offline-mode.ts';
import { OutcomeChip } from '../../components/badge.tsx';
import { count, instant, time } from '../../components/format.ts';
import { Progress } from '../../components/progress.tsx';
import { StudyButtons } from '../../components/study-buttons.tsx';
import { StateBadge } from '../../components/study-state.tsx';
import { timeLeftMs } from '../../components/time-left.ts';

/** One study: where it stands, what came of it, and what can be done to it. */
export function StudyCardView({ study }: { readonly study: StudyCard }) {
  const { id, steps, models, outcome, headline, createdAt, runningIn } = study;
  const left = runningIn === null || isOffline() ? null : timeLeftMs(study);
  return (
    <li className="panel card">
      <div className="row spread">
        <h2>
          <Link to="/s/$study" params={{ study: id }}>
            {id}
          </Link>
        </h2>
        <div className="row">
          {outcome !== null && <OutcomeChip outcome={outcome} />}
          <StateBadge study={study} />
        </div>
      </div>
      {headline !== null && <p className="headline">{headline}</p>}
      <Progress done={steps.done} total={steps.total} label={`Steps of ${id}`} />
      <div className="row spread">
        <p className="small soft">
          {count(steps.done)} of {count(steps.total)} steps · {count(models.done)} of{' '}
          {count(models.total)} models
          {steps.failed > 0 && <b className="fails"> · {count(steps.failed)} failed</b>}
          {left !== null && <> · about {time(left)} left</>}
          {' · '}
          {time(study.spentMs)} worked · begun {instant(createdAt)}
        </p>
        <div className="row">
          <StudyButtons study={study} />
          <Link to="/s/$study/pipeline" params={{ study: id }} className="button">
            {runningIn !== null && !isOffline()
              ? 'Watch it run'
              : study.status === 'finished'
                ? 'How it was made'
                : 'Its steps'}
          </Link>
        </div>
      </div>
    </li>
  );
}
