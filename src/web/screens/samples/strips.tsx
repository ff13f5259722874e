import { useState } from 'react';
import type { Snapshot } from '../../../api/samples.ts';
import type { Role } from '../../../api/studies.ts';
import { decimal, plural } from '../../../verdict/figures.ts';
import { compareNames, count, meanOf } from '../../components/format.ts';
import { RoleMark, RoleShape } from '../../components/role-mark.tsx';
import { ROLE_ORDER } from '../../components/roles.ts';

type Strip = Snapshot['strips'][number];

const LANE_PX = 30;
const SIDES: Readonly<Record<Role, string>> = {
  suspect: 'U and its students',
  twin: 'benign twins and theirs',
  'positive-control': 'known-bad organism and its',
};

/** The mean score of every model under the filter, one line a side; teachers are drawn larger. */
export function Strips({
  strips,
  invalidated,
  mixed,
}: {
  readonly strips: readonly Strip[];
  /** Invalidated samples among those that are counted. */
  readonly invalidated: number;
  readonly mixed: number;
}) {
  const means = strips.flatMap(({ mean }) => (mean === null ? [] : [mean]));
  const low = Math.min(0, ...means);
  const high = Math.max(1, ...means);
  const lanes = ROLE_ORDER.map((role) => ({
    role,
    own: strips
      .filter((strip) => strip.role === role)
      .toSorted((a, b) => compareNames(a.arm, b.arm)),
  })).filter(({ own }) => own.length > 0);
  if (lanes.length === 0) return null;
  return (
    <section className="score-strips" aria-label="Mean score per model under this filter">
      {lanes.map(({ role, own }) => (
        <div key={role} className="strip">
          <span className="score-strip-name">
            <RoleMark role={role} name={SIDES[role]} />
            <span className="soft small">{laneText(own)}</span>
          </span>
          <svg height={LANE_PX} role="img" aria-label={`${SIDES[role]}: ${laneText(own)}`}>
            <line className="line-rule" x1="0" x2="100%" y1={LANE_PX / 2} y2={LANE_PX / 2} />
            {own.map(({ arm, kind, mean, n, unscored }) =>
              mean === null ? null : (
                <RoleShape
                  key={arm}
                  role={role}
                  x={`${((mean - low) / (high - low)) * 100}%`}
                  y={LANE_PX / 2}
                  size={kind === 'teacher' ? 8 : 4.5}
                  title={`${arm}: mean ${decimal(mean)}, n ${count(n)}, ${count(unscored)} unscored`}
                />
              ),
            )}
          </svg>
        </div>
      ))}
      <div className="strip strip-axis" aria-hidden="true">
        <span />
        <span className="row spread">
          <span>{decimal(low)}</span>
          <span>mean score of a model → more of what the audit looks for</span>
          <span>{decimal(high)}</span>
        </span>
      </div>
      {invalidated > 0 && (
        <p className="small">
          {plural(invalidated, 'invalidated sample')} {invalidated === 1 ? 'is' : 'are'} included in
          these figures.
        </p>
      )}
      {mixed > 1 && (
        <p className="soft small">
          Scores of {mixed} audits are mixed here and mean different things; choose one audit to
          compare sides.
        </p>
      )}
      <FiguresTable strips={lanes.flatMap(({ own }) => own)} />
    </section>
  );
}

function laneText(own: readonly Strip[]): string {
  const mean = meanOf(own.flatMap((strip) => (strip.mean === null ? [] : [strip.mean])));
  const total = (name: 'n' | 'unscored'): number =>
    own.reduce((sum, strip) => sum + strip[name], 0);
  const missing = `${count(total('unscored'))} unscored`;
  const figure = mean === null ? 'no scores' : `mean of models ${decimal(mean)}`;
  return `${figure}, ${plural(own.length, 'model')}, n ${count(total('n'))}, ${missing}`;
}

function FiguresTable({ strips }: { readonly strips: readonly Strip[] }) {
  // Hundreds of rows that few look at: they are made when they are wanted.
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Figures of every model</summary>
      <div className="strip-table" tabIndex={0} role="group" aria-label="Figures of every model">
        <table>
          <thead>
            <tr>
              <th scope="col">model</th>
              <th scope="col" className="n">
                mean score
              </th>
              <th scope="col" className="n">
                n
              </th>
              <th scope="col" className="n">
                unscored
              </th>
            </tr>
          </thead>
          <tbody>
            {(open ? strips : []).map(({ arm, role, kind, mean, n, unscored }) => (
              <tr key={arm}>
                <th scope="row">
                  <RoleMark role={role} kind={kind} name={arm} />
                </th>
                <td className="n">{mean === null ? '—' : decimal(mean)}</td>
                <td className="n">{count(n)}</td>
                <td className="n">{count(unscored)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
