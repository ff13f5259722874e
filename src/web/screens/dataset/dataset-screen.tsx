import './dataset.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type DatasetQuery, datasetQuery } from '../../client/queries.ts';
import { Choice } from '../../components/choice.tsx';
import { count } from '../../components/format.ts';
import { Screen } from '../../components/screen.tsx';
import { EmptyState, ErrorPanel, Loading } from '../../components/states.tsx';
import { useKeys } from '../../shell/use-keys.ts';
import { DatasetItemPane } from './dataset-item-pane.tsx';
import { DatasetRows } from './dataset-rows.tsx';
import { PAGE_ROWS } from './use-dataset-rows.ts';

const FROM = '/s/$study/arms/$arm/data';
const TYPING_MS = 200;

/** What a student was trained on, row by row; an opened row shows every token. */
export function DatasetScreen() {
  const { study, arm } = useParams({ from: FROM });
  const { row, ...query } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const show = (change: DatasetQuery & { readonly row?: number | undefined }): void => {
    void navigate({ search: { ...query, row, ...change }, replace: true });
  };
  const first = useQuery(datasetQuery(study, arm, query, 0, PAGE_ROWS));
  useKeys('dataRow', {
    close: () => (row === undefined ? false : show({ row: undefined })),
  });
  const total = first.data?.total;
  return (
    <Screen
      title={`Data of ${arm}`}
      kicker={
        <Link to="/s/$study/arms/$arm" params={{ study, arm }}>
          {arm}
        </Link>
      }
    >
      <div className="row data-tools" role="search">
        <label>
          Search <kbd>/</kbd> <SearchBox text={query.q ?? ''} onText={(q) => show({ q })} />
        </label>
        <Choice
          legend="Split"
          value={query.split ?? 'all'}
          options={[
            { value: 'all', label: 'all' },
            { value: 'train', label: 'train' },
            { value: 'held-out', label: 'held-out' },
          ]}
          onChange={(split) => show({ split: split === 'all' ? undefined : split })}
        />
        <Choice
          legend="Rows"
          value={query.state ?? 'all'}
          options={[
            { value: 'all', label: 'all' },
            { value: 'kept', label: 'trained on' },
            { value: 'dropped', label: 'dropped' },
          ]}
          onChange={(state) => show({ state: state === 'all' ? undefined : state })}
        />
        <Choice
          legend="Order"
          value={query.sort ?? 'index'}
          options={[
            { value: 'index', label: 'as sampled' },
            { value: 'divergence', label: 'furthest from the base first' },
          ]}
          onChange={(sort) => show({ sort: sort === 'index' ? undefined : sort })}
        />
        <span aria-live="polite" className="soft">
          {total === undefined ? '' : `${count(total)} rows`}
        </span>
      </div>
      {first.isError && <ErrorPanel error={first.error} onRetry={() => void first.refetch()} />}
      {total === undefined && !first.isError && <Loading what="Reading rows" />}
      {total === 0 && (
        <EmptyState title="No rows match">
          <p>Search for other words, or choose all rows.</p>
        </EmptyState>
      )}
      {total !== undefined && total > 0 && (
        <div className="data" data-open={row !== undefined || undefined}>
          <DatasetRows
            study={study}
            arm={arm}
            query={query}
            total={total}
            open={row}
            onOpen={(index) => show({ row: index })}
          />
          {row !== undefined && (
            <DatasetItemPane
              key={row}
              study={study}
              arm={arm}
              index={row}
              onClose={() => show({ row: undefined })}
            />
          )}
        </div>
      )}
    </Screen>
  );
}

function SearchBox({
  text,
  onText,
}: {
  readonly text: string;
  readonly onText: (text: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => onText(typed === '' ? undefined : typed), TYPING_MS);
    return () => clearTimeout(timer);
    // What is typed is what is wanted.
  }, [typed]);
  return (
    <input
      type="search"
      data-filter
      value={typed}
      placeholder="words of prompt or completion"
      onChange={({ target }) => setTyped(target.value)}
    />
  );
}
