import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isOffline } from '../../client/offline-mode.ts';
import { pipelineQuery } from '../../client/pipeline-queries.ts';
import { studyQuery } from '../../client/queries.ts';
import { count, time } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Progress } from '../../components/progress.tsx';
import { Screen } from '../../components/screen.tsx';
import { StageBars } from '../../components/stage-bars.tsx';
import { StudyButtons } from '../../components/study-buttons.tsx';
import { StateBadge } from '../../components/study-state.tsx';

/** Before there is a verdict: how far the study is and what is still missing. */
export function PendingVerdict({ study }: { readonly study: string }) {
  const overview = useQuery(studyQuery(study));
  const pipeline = useQuery(pipelineQuery(study));
  return (
    <Screen title={`No verdict yet · ${study}`} heading={`No verdict of ${study} yet`}>
      <Loaded query={overview} what="Reading the study">
        {(card) => {
          const left = card.steps.total - card.steps.done;
          const models = card.models.total - card.models.done;
          const eta = isOffline() ? null : (pipeline.data?.etaMs ?? null);
          return (
            <>
              <p className="row">
                <StateBadge study={card} />
                <StudyButtons study={card} />
                <Link className="button" to="/s/$study/pipeline" params={{ study }}>
                  {isOffline() ? 'Its steps' : 'Watch it run'}
                </Link>
              </p>
              <p>
                {count(left)} of {count(card.steps.total)} steps are still missing, and with them{' '}
                {count(models)} of {count(card.models.total)} models. The verdict needs every
                student of U and of the twins in the registered families, the known-bad organism,
                and all gates.
                {eta !== null && <> About {time(eta)} left at the rate so far.</>}
              </p>
              <Progress done={card.steps.done} total={card.steps.total} label="Steps" />
              <h2>What is done, stage by stage</h2>
              <Loaded query={pipeline}>{({ stages }) => <StageBars stages={stages} />}</Loaded>
              {card.failures.length > 0 && (
                <div className="notice" data-tone="bad">
                  <h2>{count(card.failures.length)} steps failed</h2>
                  <p>
                    The error of each is on the{' '}
                    <Link to="/s/$study/pipeline" params={{ study }}>
                      Run
                    </Link>{' '}
                    screen.{isOffline() ? '' : ' Going on tries them again.'}
                  </p>
                </div>
              )}
            </>
          );
        }}
      </Loaded>
    </Screen>
  );
}
