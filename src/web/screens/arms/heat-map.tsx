import type { Metric } from '../../../api/arms.ts';
import { decimal, percent } from '../../../verdict/figures.ts';
import { Badge, ExploratoryBadge } from '../../components/badge.tsx';
import { focusNextCell } from '../../components/focus-next-cell.ts';
import { RoleMark } from '../../components/role-mark.tsx';
import type { HeatColumn, HeatTable } from './heat-grid.ts';
import { HeatCell } from './heat-cell.tsx';

/** Teachers by families as a table of coloured cells; each is a link to its arm. */
export function HeatMap({
  study,
  table,
  metric,
}: {
  readonly study: string;
  readonly table: HeatTable;
  readonly metric: Metric;
}) {
  return (
    <section>
      {table.base !== null && <h2>Students on base {table.base}</h2>}
      <div className="scroll heat-scroll">
        {/* Arrows go from cell to cell; Tab still visits each. */}
        <table className="heat" onKeyDown={focusNextCell}>
          <caption>
            {metric.label}
            {metric.id !== '' && ', share of scored answers'}
          </caption>
          <thead>
            <tr>
              <th scope="col">teacher</th>
              {table.columns.map((column) => (
                <th key={column.family ?? ''} scope="col">
                  {column.family ?? 'teacher itself'}
                  {column.family !== null && (
                    <span className="small soft">
                      {' '}
                      {column.recipe} · {column.promptSet}
                    </span>
                  )}
                  {column.primary ? (
                    <Badge tone="strong">primary</Badge>
                  ) : (
                    column.family !== null && <ExploratoryBadge />
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ teacher, role, cells }) => (
              <tr key={teacher} data-role={role}>
                <th scope="row">
                  <RoleMark role={role} name={role === 'suspect' ? `U (${teacher})` : teacher} />
                </th>
                {cells.map((arms, i) => (
                  <HeatCell
                    key={table.columns[i]?.family ?? ''}
                    study={study}
                    arms={arms}
                    metric={metric}
                  />
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <Foot
              label="twins’ mean"
              columns={table.columns}
              of={({ twins }) => twins}
              as={percent}
            />
            <Foot
              label="U’s mean − twins’ mean"
              columns={table.columns}
              of={({ suspect, twins }) =>
                suspect === null || twins === null ? null : suspect - twins
              }
              as={decimal}
            />
          </tfoot>
        </table>
      </div>
    </section>
  );
}

function Foot({
  label,
  columns,
  of,
  as,
}: {
  readonly label: string;
  readonly columns: readonly HeatColumn[];
  readonly of: (column: HeatColumn) => number | null;
  readonly as: (value: number) => string;
}) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {columns.map((column) => {
        const value = of(column);
        return (
          <td key={column.family ?? ''} className="heat-foot">
            {value === null ? '—' : as(value)}
          </td>
        );
      })}
    </tr>
  );
}
