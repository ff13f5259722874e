import './judge.css';
import { useQuery } from '@tanstack/react-query';
import type { Judges } from '../../../api/judge.ts';
import { judgesQuery } from '../../client/queries.ts';
import { count } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Screen } from '../../components/screen.tsx';
import { EmptyState } from '../../components/states.tsx';
import { AgreementBars } from './agreement-bars.tsx';
import { Confusion } from './confusion.tsx';
import { OrderSwaps } from './order-swaps.tsx';
import { WrongAnswers } from './wrong-answers.tsx';

export type JudgeView = Judges['judges'][number];

/** How far judges can be trusted: each against answers whose class is known. */
export function JudgeScreen() {
  const query = useQuery(judgesQuery());
  return (
    <Screen title="Judges" kicker="Calibration on answers whose class is known">
      <Loaded query={query} what="Reading calibrations">
        {({ judges }) =>
          judges.length === 0 ? (
            <EmptyState title="No judge has been calibrated">
              <p>
                <code>informant judge-calibrate</code> does it for one.
              </p>
            </EmptyState>
          ) : (
            judges.map((judge) => <Calibration key={`${judge.judge} ${judge.set}`} judge={judge} />)
          )
        }
      </Loaded>
    </Screen>
  );
}

function Calibration({ judge }: { readonly judge: JudgeView }) {
  const { overall, orders, classes, confounds, unscored, gate } = judge;
  return (
    <section className="judge" aria-label={judge.judge}>
      <h2>{judge.judge}</h2>
      <p>
        <span className={gate.ok ? 'holds' : 'fails'}>gate {gate.ok ? 'holds' : 'fails'}</span>:{' '}
        {gate.detail}
      </p>
      <p className="soft small">
        Set {judge.set}: {count(judge.items)} answers, {count(overall.n)} judgements with both
        orders; {count(unscored)} of {count(overall.n)} unscored, counted as wrong.
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
          <OrderSwaps swaps={judge.orderSwaps} unscored={unscored} />
        </div>
        <div>
          <Confusion judge={judge} />
          <AgreementBars
            title="By what could mislead a judge"
            rows={confounds.map((one) => ({ ...one, label: `${one.confound}: ${one.value}` }))}
          />
        </div>
      </div>
      <WrongAnswers wrong={judge.wrong} />
    </section>
  );
}
