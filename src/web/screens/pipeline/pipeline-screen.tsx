import './pipeline.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { PipelineStep } from '../../../api/pipeline.ts';
import { pipelineQuery } from '../../client/pipeline-queries.ts';
import { studyQuery } from '../../client/queries.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Screen } from '../../components/screen.tsx';
import { StageBars } from '../../components/stage-bars.tsx';
import { EmptyState } from '../../components/states.tsx';
import { Failures } from './failures.tsx';
import { RunHead } from './run-head.tsx';
import { RunningSteps } from './running-steps.tsx';
import { StepDetail } from './step-detail.tsx';
import { StepLegend } from './step-legend.tsx';
import { StepMap } from './step-map.tsx';
import { type ShownState, shownState, stepWords } from './step-words.ts';

/** How a study is made: every step, what runs, what failed; a chosen step with what it rests on. */
export function PipelineScreen() {
  const { study } = useParams({ from: '/s/$study/pipeline' });
  const { step: chosen } = useSearch({ from: '/s/$study/pipeline' });
  const navigate = useNavigate({ from: '/s/$study/pipeline' });
  const query = useQuery(pipelineQuery(study));
  const overview = useQuery(studyQuery(study));
  const chosenStep = query.data?.steps.find(({ key }) => key === chosen);
  const [looked, setLooked] = useState<PipelineStep | undefined>();
  const choose = useCallback(
    (step: string | undefined) =>
      void navigate({ search: (old) => ({ ...old, step }), replace: true, resetScroll: false }),
    [navigate],
  );
  return (
    <Screen title={`Run · ${study}`} heading="Run">
      {overview.data !== undefined && (
        <RunHead study={overview.data} etaMs={query.data?.etaMs ?? null} />
      )}
      <Loaded query={query} what="Reading the steps">
        {(pipeline) =>
          pipeline.steps.length === 0 ? (
            <EmptyState title="No steps yet">
              <p>They appear here as soon as the study is planned.</p>
            </EmptyState>
          ) : (
            <>
              <RunningSteps pipeline={pipeline} onChoose={choose} />
              <Failures steps={pipeline.steps} onChoose={choose} />
              <h2>All steps</h2>
              <p>
                Work flows from left to right. Equal steps are computed once, whichever arms need
                them. Choose a step to see what it reads, what reads it, and what went into its key.
              </p>
              <StepLegend counts={countStates(pipeline.steps)} />
              <p className="looked small" aria-hidden="true">
                {looked === undefined ? ' ' : stepWords(looked)}
              </p>
              <StepMap pipeline={pipeline} chosen={chosen} onChoose={choose} onLook={setLooked} />
              {chosenStep !== undefined && (
                <StepDetail
                  study={study}
                  step={chosenStep}
                  pipeline={pipeline}
                  onChoose={choose}
                  onClose={() => choose(undefined)}
                />
              )}
              <h2>Stages</h2>
              <StageBars stages={pipeline.stages} />
              <p className="small soft">
                Which models stand behind a step is listed with the step;{' '}
                <Link to="/s/$study/arms" params={{ study }}>
                  all arms
                </Link>
                .
              </p>
            </>
          )
        }
      </Loaded>
    </Screen>
  );
}

function countStates(steps: readonly PipelineStep[]): ReadonlyMap<ShownState, number> {
  const counts = new Map<ShownState, number>();
  for (const step of steps) {
    const state = shownState(step);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}
