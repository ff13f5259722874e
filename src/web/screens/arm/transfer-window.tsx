import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import type { z } from 'zod';
import type { Cell, Metric, transferSchema } from '../../../api/arms.ts';
import { figure } from '../../../base/numbers.ts';
import { plural } from '../../../verdict/figures.ts';
import { count, rateOf, rateWithN } from '../../components/format.ts';
import { PlotFigure } from '../../components/plot-figure.tsx';
import { RoleMark } from '../../components/role-mark.tsx';
import { DIRECTION } from './direction.ts';
import { ROLE_COLOUR, ROLE_DASHES, rolePoint, stepAxis } from './curve-options.ts';

type Transfer = z.infer<typeof transferSchema>;

/** Students along their training: where they show what they were taught and do not hide it yet. */
export function TransferWindow({
  transfer,
  metrics,
}: {
  readonly transfer: Transfer;
  readonly metrics: readonly Metric[];
}) {
  return (
    <section>
      <h2>Transfer window: what students learn when</h2>
      <p>
        The window is where U’s students show under audit what they were taught, and have not learnt
        to hide it. The verdict rests on the last point alone. Each point is the share of the scored
        answers of all students of one side together; a line stops where nothing was scored.
      </p>
      <p className="row small">
        {transfer.groups.map(({ role, label, models }) => (
          <RoleMark key={label} role={role} name={`${label} (${plural(models, 'model')})`} />
        ))}
      </p>
      <div className="multiples">
        {transfer.columns.map((column, at) => (
          <Measure
            key={column}
            transfer={transfer}
            column={column}
            direction={directionOf(column, metrics)}
            at={at}
          />
        ))}
      </div>
      <TransferTable transfer={transfer} />
    </section>
  );
}

function Measure({
  transfer,
  column,
  direction,
  at,
}: {
  readonly transfer: Transfer;
  readonly column: string;
  readonly direction: string;
  readonly at: number;
}) {
  const options = useMemo(() => measureOptions(transfer, at), [transfer, at]);
  return (
    <PlotFigure
      heading={
        <h3>
          {column} <span className="soft small">· {direction}</span>
        </h3>
      }
      label={`${column} by training step; ${direction}; figures are in the table below`}
      caption={scoresOf(transfer, at)}
      options={options}
    />
  );
}

/** A pooled rate on its line. */
interface Point {
  readonly step: number;
  readonly label: string;
  readonly rate: number | null;
  readonly cell: Cell | null;
}

/** Columns are named as figures are; the one that is no figure is the share of coherent answers. */
function directionOf(column: string, metrics: readonly Metric[]): string {
  return DIRECTION[metrics.find(({ label }) => label === column)?.concern ?? 'low'];
}

/** What the points of a picture rest on: the fewest and most scores, and all that are missing. */
function scoresOf({ groups }: Transfer, at: number): string {
  const cells = groups.flatMap(({ points }) => points.flatMap(({ scores }) => scores[at] ?? []));
  const sizes = cells.map(({ n }) => n);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const missing = cells.reduce((sum, { unscored }) => sum + unscored, 0);
  const size = least === most ? count(most) : `${count(least)} to ${count(most)}`;
  return `Each point: n ${size}; ${count(missing)} unscored in all.`;
}

function measureOptions({ groups }: Transfer, at: number): Plot.PlotOptions {
  return {
    height: 220,
    marginLeft: 48,
    marginBottom: 36,
    // Marks at the ends stay off the figures of the axes.
    insetLeft: 8,
    insetBottom: 8,
    x: stepAxis(groups.flatMap(({ points }) => points.map(({ step }) => step))),
    y: { label: null, domain: [0, 1], grid: true, tickFormat: '.0%' },
    marks: groups.flatMap(({ role, label, points }) => {
      const all = points.map(({ step, scores }) => {
        const cell = scores[at] ?? null;
        return { step, cell, label, rate: rateOf(cell) };
      });
      return [
        // Where nothing was scored the line has a gap.
        Plot.line(all, {
          x: 'step',
          y: ({ rate }: Point) => rate ?? Number.NaN,
          stroke: ROLE_COLOUR[role],
          strokeWidth: 2,
          strokeDasharray: role === 'suspect' ? 'none' : ROLE_DASHES[role],
        }),
        Plot.dot(
          all.filter(({ rate }) => rate !== null),
          {
            x: 'step',
            y: 'rate',
            r: 4.5,
            ...rolePoint(role),
            title: (point: Point) =>
              `${point.label}, step ${figure(point.step)}: ${rateWithN(point.cell)}`,
          },
        ),
      ];
    }),
  };
}

function TransferTable({ transfer }: { readonly transfer: Transfer }) {
  return (
    <details>
      <summary>The same in figures</summary>
      <div className="scroll" tabIndex={0} role="group" aria-label="Transfer window in figures">
        <table>
          <thead>
            <tr>
              <th scope="col">students</th>
              <th scope="col" className="n">
                step
              </th>
              {transfer.columns.map((column) => (
                <th key={column} scope="col" className="n">
                  {column}
                </th>
              ))}
              <th scope="col" className="n">
                moved to teacher, nats per token
              </th>
            </tr>
          </thead>
          <tbody>
            {transfer.groups.flatMap(({ label, points }) =>
              points.map(({ step, scores, movement }) => (
                <tr key={`${label}-${step}`}>
                  <td>{label}</td>
                  <td className="n">{figure(step)}</td>
                  {transfer.columns.map((column, i) => (
                    <td key={column} className="n">
                      {rateWithN(scores[i] ?? null)}
                    </td>
                  ))}
                  <td className="n">{figure(movement)}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
    </details>
  );
}
