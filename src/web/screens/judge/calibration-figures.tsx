import type { Calibration } from '../../../api/judge.ts';
import { count } from '../../components/format.ts';
import { AgreementBars } from './agreement-bars.tsx';
import { Confusion } from './confusion.tsx';
import { OrderSwaps } from './order-swaps.tsx';
import { WrongAnswers } from './wrong-answers.tsx';

/** What a judge made of answers whose class is known; `gated` where a verdict hangs on it. */
export function CalibrationFigures({
  calibration,
  gated,
}: {
  readonly calibration: Calibration;
  readonly gated: boolean;
}) {
  const { set, items, overall, orders, classes, confounds, unscored, gate } = calibration;
  return (
    <>
      <p>
        {gated ? (
          <span className={gate.ok ? 'holds' : 'fails'}>gate {gate.ok ? 'holds' : 'fails'}</span>
        ) : (
          <strong>a judge’s gate would {gate.ok ? 'hold' : 'fail'}</strong>
        )}
        : {gate.detail}
      </p>
      <p className="soft small">
        Set {set}: {count(items)} answers, {count(overall.n)} judgements with both orders;{' '}
        {count(unscored)} of {count(overall.n)} unscored, counted as wrong.
      </p>
      <div className="judge-pictures">
        <div>
          <AgreementBars
            title="Agreement with the known class"
            rows={[
              { ...overall, label: 'all' },
              ...orders.map((one) => ({ ...one, label: `order: ${one.order}` })),
              // κ within one true class says nothing: chance and agreement are the same there.
              ...classes.map((one) => ({ ...one, label: `class: ${one.class}`, kappa: null })),
            ]}
          />
          <OrderSwaps swaps={calibration.orderSwaps} unscored={unscored} />
        </div>
        <div>
          <Confusion calibration={calibration} />
          <AgreementBars
            title="By what could mislead a judge"
            rows={confounds.map((one) => ({ ...one, label: `${one.confound}: ${one.value}` }))}
          />
          {confounds.length === 0 && (
            <p className="soft small">
              What could mislead a judge is told by the file of known answers, which the store does
              not keep: only its digest.
            </p>
          )}
        </div>
      </div>
      <WrongAnswers wrong={calibration.wrong} />
    </>
  );
}
