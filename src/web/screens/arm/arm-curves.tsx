import { useMemo } from 'react';
import type { ArmView } from '../../../api/arms.ts';
import { PlotFigure } from '../../components/plot-figure.tsx';
import { CURVE_LABELS, curveOptions } from './curve-options.ts';

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
