import './judge.css';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { StudyJudge } from '../../../api/judge.ts';
import { judgesQuery } from '../../client/judges-query.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Screen } from '../../components/screen.tsx';
import { CalibrationFigures } from './calibration-figures.tsx';
import { JudgedSamples } from './judged-samples.tsx';
import { ModelJudge } from './model-judge.tsx';

/** Who judges in a study, and how far each can be trusted on answers whose class is known. */
export function JudgeScreen() {
  const { study } = useParams({ from: '/s/$study/judge' });
  const query = useQuery(judgesQuery(study));
  return (
    <Screen title="Judges" kicker={`${study}: who scores, and how each fares on known answers`}>
      <Loaded query={query} what="Reading calibrations">
        {({ judges }) =>
          judges.map((judge) => (
            <section key={judge.kind} className="judge" aria-label={judge.judge}>
              <h2>{judge.judge}</h2>
              <JudgeBody judge={judge} study={study} />
            </section>
          ))
        }
      </Loaded>
    </Screen>
  );
}

function JudgeBody({ judge, study }: { readonly judge: StudyJudge; readonly study: string }) {
  switch (judge.kind) {
    case 'model':
      return <ModelJudge judge={judge} study={study} />;
    case 'rule':
      return (
        <>
          <JudgedSamples judge={judge} />
          <p className="soft small">
            Rules read the words and grammar of the world. They are part of every audit they score,
            are not tried on known answers, and no gate is put on them.
          </p>
        </>
      );
    case 'lexical':
      return (
        <>
          <p>
            Stands beside every transcript as a second reading. It scores nothing that a verdict
            counts, so no gate is put on it.
          </p>
          <CalibrationFigures calibration={judge.calibration} gated={false} />
        </>
      );
  }
}
