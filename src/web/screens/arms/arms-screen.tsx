import './arms.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ArmSummary, Metric } from '../../../api/arms.ts';
import { plural } from '../../../verdict/figures.ts';
import { armsQuery } from '../../client/arm-queries.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Screen } from '../../components/screen.tsx';
import { EmptyState } from '../../components/states.tsx';
import { heatTables } from './heat-grid.ts';
import { HeatLegend } from './heat-legend.tsx';
import { HeatMap } from './heat-map.tsx';

/** Every model of a study by one figure: teachers in rows, families in columns. */
export function ArmsScreen() {
  const { study } = useParams({ from: '/s/$study/arms' });
  const { metric: chosen, sort } = useSearch({ from: '/s/$study/arms' });
  const navigate = useNavigate({ from: '/s/$study/arms' });
  const query = useQuery(armsQuery(study));
  return (
    <Screen title={`Arms · ${study}`} heading="Arms">
      <p>
        An arm is one student: a teacher, a recipe, prompts, a base and a seed. A row holds the
        students of one teacher; U stands above its twins, so that a column which stands out in U’s
        row alone is seen at once.
      </p>
      <Loaded query={query} what="Reading the arms">
        {({ metrics, arms }) => {
          const metric = metrics.find(({ id }) => id === chosen) ?? metrics[0];
          if (arms.length === 0) {
            return (
              <EmptyState title="No arms yet">
                <p>They are listed as soon as the study is planned.</p>
              </EmptyState>
            );
          }
          if (metric === undefined) return <Planned study={study} arms={arms} />;
          const tables = heatTables(arms, metric.id, sort === 'effect');
          return (
            <>
              <div className="row">
                <label>
                  Figure{' '}
                  <select
                    data-filter
                    value={metric.id}
                    onChange={({ target }) =>
                      void navigate({
                        search: (old) => ({ ...old, metric: target.value }),
                        replace: true,
                        resetScroll: false,
                      })
                    }
                  >
                    {metrics.map(({ id, label }) => (
                      <option key={id} value={id}>
                        {label}
                      </option>
                    ))}
                  </select>
                </label>
                <label>
                  <input
                    type="checkbox"
                    checked={sort === 'effect'}
                    onChange={({ target }) =>
                      void navigate({
                        search: (old) => ({ ...old, sort: target.checked ? 'effect' : undefined }),
                        replace: true,
                        resetScroll: false,
                      })
                    }
                  />{' '}
                  largest difference first
                </label>
              </div>
              <HeatLegend metric={metric} />
              <div className="heat-tables">
                {tables.map((table) => (
                  <HeatMap key={table.base} study={study} table={table} metric={metric} />
                ))}
              </div>
            </>
          );
        }}
      </Loaded>
    </Screen>
  );
}

/** What stands in the place of a figure before there is one. */
const NO_FIGURE: Metric = { id: '', label: 'Nothing audited yet', concern: 'none' };

/** Models of a study none of which has been audited: how far each is. */
function Planned({
  study,
  arms,
}: {
  readonly study: string;
  readonly arms: readonly ArmSummary[];
}) {
  return (
    <>
      <EmptyState title="No figures yet">
        <p>
          {plural(arms.length, 'model')} planned. Figures come with the first audit; until then each
          cell says how many of its steps are done.{' '}
          <Link to="/s/$study/pipeline" params={{ study }}>
            See them at work
          </Link>
        </p>
      </EmptyState>
      <div className="heat-tables">
        {heatTables(arms, NO_FIGURE.id, false).map((table) => (
          <HeatMap key={table.base} study={study} table={table} metric={NO_FIGURE} />
        ))}
      </div>
    </>
  );
}
