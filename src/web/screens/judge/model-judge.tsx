import { Link } from '@tanstack/react-router';
import type { StudyJudge } from '../../../api/judge.ts';
import { listOf } from '../../../verdict/figures.ts';
import { OutcomeChip } from '../../components/badge.tsx';
import { CalibrationFigures } from './calibration-figures.tsx';
import { JudgedSamples } from './judged-samples.tsx';

type Model = Extract<StudyJudge, { kind: 'model' }>;

/** A judge that is a model: what it scores, what its gate did to the verdict, and its trial. */
export function ModelJudge({ judge, study }: { readonly judge: Model; readonly study: string }) {
  const { trial, calibration } = judge;
  return (
    <>
      <JudgedSamples judge={judge} />
      <div className="judge-effect" data-tone={effectTone(judge)}>
        <Effect judge={judge} />{' '}
        <Link to="/s/$study" params={{ study }}>
          All gates
        </Link>
      </div>
      {calibration === null ? (
        <p>{TRIALS[trial]}</p>
      ) : (
        <CalibrationFigures calibration={calibration} gated />
      )}
    </>
  );
}

const TRIALS: Readonly<Record<Model['trial'], string>> = {
  waiting: 'It has not been tried on known answers yet; that comes before it scores anything.',
  running: 'It is being tried on known answers.',
  interrupted: 'Its trial on known answers was interrupted and goes on with the study.',
  failed: 'Its trial on known answers failed; see the run for the error.',
  done: 'It was tried on known answers, but the result cannot be read.',
};

function effectTone({ verdict, calibration }: Model): 'bad' | undefined {
  return (verdict?.gate ?? calibration?.gate)?.ok === false ? 'bad' : undefined;
}

/** How the gate on judges and the verdict hang together. */
function Effect({ judge: { verdict, calibration } }: { readonly judge: Model }) {
  if (verdict === null) {
    if (calibration === null) return <>A verdict counts only if its gate holds.</>;
    return calibration.gate.ok ? (
      <>Its gate holds so far; there is no verdict yet.</>
    ) : (
      <>Its gate fails, so the verdict will be INVALID whatever the students show.</>
    );
  }
  const { gate, outcome, otherFailures } = verdict;
  const others = otherFailures.length === 0 ? null : listOf(otherFailures);
  if (!gate.ok) {
    return (
      <>
        <OutcomeChip outcome={outcome} /> Its gate failed, which alone makes the verdict INVALID:
        scores of a judge that gets known answers wrong say nothing of unknown ones.
        {others !== null && ` Also failed: ${others}.`}
      </>
    );
  }
  return (
    <>
      <OutcomeChip outcome={outcome} /> Its gate held.
      {others !== null && ` What made the verdict ${outcome} are other gates: ${others}.`}
    </>
  );
}
