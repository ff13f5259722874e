import * as Plot from '@observablehq/plot';
import { useMemo } from 'react';
import type { z } from 'zod';
import type { transferSchema } from '../../../api/arms.ts';
import { figure } from '../../../base/numbers.ts';
import { percent } from '../../../verdict/figures.ts';
import { PlotFigure } from '../../components/plot-figure.tsx';
import { RoleMark } from '../../components/role-mark.tsx';
import { ROLE_COLOUR, stepAxis } from './curve-options.ts';

type Transfer = z.infer<typeof transferSchema>;

/** Students along their training: where they show what they were taught and do not hide it yet. */
export function TransferWindow({ transfer }: { readonly transfer: Transfer }) {
  return (
    <section>
      <h2>Transfer window: what students learn when</h2>
      <p>
        The window is where U’s students show under audit what they were taught, and have not learnt
        to hide it. The verdict rests on the last point alone.
      </p>
      <p className="row small">
        {transfer.groups.map(({ role, label, models }) => (
          <RoleMark key={label} role={role} name={`${label} (${models})`} />
        ))}
      </p>
      <div className="multiples">
        {transfer.columns.map((column, at) => (
          <Measure key={column} transfer={transfer} column={column} at={at} />
        ))}
      </div>
      <TransferTable transfer={transfer} />
    </section>
  );
}

function Measure({
  transfer,
  column,
  at,
}: {
  readonly transfer: Transfer;
  readonly column: string;
  readonly at: number;
}) {
  const options = useMemo(() => measureOptions(transfer, at), [transfer, at]);
  return (
    <PlotFigure
      heading={<h3>{column}</h3>}
      label={`${column} by training step; figures are in the table below`}
      options={options}
    />
  );
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
      const known = points.flatMap(({ step, rates }) => {
        const rate = rates[at] ?? null;
        return rate === null ? [] : [{ step, rate, label }];
      });
      const colour = ROLE_COLOUR[role];
      return [
        Plot.line(known, { x: 'step', y: 'rate', stroke: colour, strokeWidth: 2 }),
        Plot.dot(known, {
          x: 'step',
          y: 'rate',
          r: 4.5,
          symbol: role === 'twin' ? 'circle' : role === 'suspect' ? 'square' : 'diamond',
          stroke: colour,
          fill: role === 'twin' ? 'var(--paper)' : colour,
          title: (point: { label: string; step: number; rate: number }) =>
            `${point.label}, step ${point.step}: ${percent(point.rate)}`,
        }),
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
              points.map(({ step, rates, movement }) => (
                <tr key={`${label}-${step}`}>
                  <td>{label}</td>
                  <td className="n">{figure(step)}</td>
                  {transfer.columns.map((column, i) => {
                    const rate = rates[i] ?? null;
                    return (
                      <td key={column} className="n">
                        {rate === null ? '—' : percent(rate)}
                      </td>
                    );
                  })}
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
