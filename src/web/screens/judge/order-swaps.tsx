import type { Calibration } from '../../../api/judge.ts';
import { percent } from '../../../verdict/figures.ts';
import { count } from '../../components/format.ts';

/** Whether a judge follows the order in which classes are put before it; unscored is drawn too. */
export function OrderSwaps({
  swaps: { agree, differ },
  unscored,
}: {
  readonly swaps: Calibration['orderSwaps'];
  readonly unscored: number;
}) {
  const total = agree + differ;
  if (total === 0) return null;
  return (
    <div>
      <h3>The same answer with the classes in the other order</h3>
      <div
        className="swap-bar"
        role="img"
        aria-label={`${agree} answers got the same class in both orders, ${differ} got two classes`}
      >
        <span className="swap-same" style={{ flexGrow: agree }} />
        <span className="swap-other" style={{ flexGrow: differ }} />
      </div>
      <p className="small">
        <span className="key swap-same" aria-hidden="true" /> same class: {count(agree)} of{' '}
        {count(total)} ({percent(agree / total)}){' '}
        <span className="key swap-other" aria-hidden="true" /> another class: {count(differ)};{' '}
        {count(unscored)} judgements unscored. More of the first is better.
      </p>
    </div>
  );
}
