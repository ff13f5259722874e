import { useMemo } from 'react';
import type { ArmView } from '../../../api/arms.ts';
import type { Role } from '../../../api/studies.ts';
import { PlotFigure } from '../../components/plot-figure.tsx';
import { RoleMark } from '../../components/role-mark.tsx';
import { ROLE_ORDER, STUDENTS } from '../../components/roles.ts';
import { CURVE_LABELS, curveOptions, ROLE_COLOUR, ROLE_DASHES } from './curve-options.ts';

/** Training of this model over that of its counterparts, one picture per figure. */
export function ArmCurves({ view }: { readonly view: ArmView }) {
  const { arm, curves } = view;
  const metrics = [...new Set(curves.map(({ metric }) => metric))];
  if (metrics.length === 0) return null;
  return (
    <section>
      <h2>Training</h2>
      <p>
        Strong: this model; thin and dashed: its counterparts. They should lie together: a student
        that trained differently is not comparable.
      </p>
      <CurveLegend arm={arm} curves={curves} />
      <div className="multiples">
        {metrics.map((metric) => (
          <Curves
            key={metric}
            metric={metric}
            curves={curves.filter((curve) => curve.metric === metric)}
            slug={arm.slug}
          />
        ))}
      </div>
    </section>
  );
}

/** Which line is whose; a curve ends in the mark of its role. */
function CurveLegend({ arm, curves }: Pick<ArmView, 'arm' | 'curves'>) {
  const others = curves.filter(({ slug }) => slug !== arm.slug);
  const counted = ROLE_ORDER.flatMap((role) => {
    const models = new Set(others.filter((curve) => curve.role === role).map(({ slug }) => slug));
    return models.size === 0 ? [] : [{ role, models: models.size }];
  });
  return (
    <p className="row small">
      <span className="role">
        <LineSample role={arm.role} />
        <RoleMark role={arm.role} kind="student" name={`${arm.slug} (this)`} />
      </span>
      {counted.map(({ role, models }) => (
        <span key={role} className="role">
          <LineSample role={role} dashes={ROLE_DASHES[role]} />
          <RoleMark role={role} kind="student" name={`${STUDENTS[role]} (${models})`} />
        </span>
      ))}
    </p>
  );
}

function LineSample({ role, dashes }: { readonly role: Role; readonly dashes?: string }) {
  return (
    <svg width="34" height="10" aria-hidden="true">
      <line
        x1="0"
        x2="34"
        y1="5"
        y2="5"
        stroke={ROLE_COLOUR[role]}
        strokeWidth={dashes === undefined ? 2.5 : 1.4}
        strokeDasharray={dashes}
      />
    </svg>
  );
}

function Curves({
  metric,
  curves,
  slug,
}: {
  readonly metric: string;
  readonly curves: ArmView['curves'];
  readonly slug: string;
}) {
  const options = useMemo(() => curveOptions(curves, slug), [curves, slug]);
  const own = curves.find((curve) => curve.slug === slug)?.points ?? [];
  const [first, last] = [own[0], own.at(-1)];
  const said =
    first === undefined || last === undefined
      ? 'no points of this model yet'
      : `from ${first[1].toPrecision(3)} at step ${first[0]} to ${last[1].toPrecision(3)} at step ${last[0]}`;
  return (
    <PlotFigure
      heading={<h3>{CURVE_LABELS[metric] ?? metric}</h3>}
      label={`${metric} of ${slug}: ${said}; ${curves.length} curves in all`}
      options={options}
    />
  );
}
