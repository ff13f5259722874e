import { Link } from '@tanstack/react-router';
import type { ArmView } from '../../../api/arms.ts';
import { percent } from '../../../verdict/figures.ts';
import { count } from '../../components/format.ts';

/** Why rows were left out, as the counts of a filter name it. */
const REASONS: Readonly<Record<string, string>> = {
  showedBehaviour: 'showed the behaviour',
  notNumbers: 'were no list of numbers',
  unselected: 'were not selected',
};

/** What the student was shown: rows, what was left out and why, how much shows the behaviour. */
export function ArmData({
  study,
  arm,
  view,
}: {
  readonly study: string;
  readonly arm: string;
  readonly view: ArmView;
}) {
  const { data } = view;
  if (data === null) return null;
  const dropped = Object.entries(data.dropped);
  const kinds = [
    ...(data.hasPairs ? ['preference pairs'] : []),
    ...(data.hasDistributions ? ['the teacher’s distributions'] : []),
    ...(data.hasDivergence ? ['divergence from the base'] : []),
  ];
  return (
    <section>
      <h2>Training data</h2>
      <div className="tiles">
        <Tile big={count(data.trainRows)} small={`rows trained on, of ${count(data.rows)}`} />
        <Tile big={count(data.heldOutRows)} small="rows held out" />
        <Tile
          big={count(data.truncated)}
          small={`completions cut at the token limit, of ${count(data.rows)}`}
        />
        <Tile
          big={data.dose === null ? '—' : percent(data.dose)}
          small="dose: share of training rows that show the behaviour"
        />
      </div>
      {dropped.length === 0 ? (
        <p>
          {data.truncated > 0
            ? 'None but these was left out before training.'
            : 'No row was left out before training.'}
        </p>
      ) : (
        <>
          <p>Left out before training{data.truncated > 0 && ', besides what was cut'}:</p>
          <ul>
            {dropped.map(([reason, rows]) => (
              <li key={reason}>
                {count(rows)} {REASONS[reason] ?? reason}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="row">
        {kinds.length > 0 && <span className="soft">Rows carry {kinds.join(', ')}.</span>}
        <Link className="button" to="/s/$study/arms/$arm/data" params={{ study, arm }}>
          Read the rows
        </Link>
      </p>
    </section>
  );
}

function Tile({ big, small }: { readonly big: string; readonly small: string }) {
  return (
    <div className="panel tile">
      <b>{big}</b>
      <span className="soft small">{small}</span>
    </div>
  );
}
