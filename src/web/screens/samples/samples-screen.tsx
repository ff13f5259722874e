import './samples.css';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { SampleListRow, SampleQuery } from '../../../api/samples.ts';
import { plural } from '../../../verdict/figures.ts';
import { Badge } from '../../components/badge.tsx';
import { count } from '../../components/format.ts';
import { Screen } from '../../components/screen.tsx';
import { EmptyState, ErrorPanel, Loading } from '../../components/states.tsx';
import type { SampleSort } from './columns.ts';
import { Facets } from './facets.tsx';
import type { SampleFilter } from './filter/parse-filter.ts';
import { FilterLine } from './filter-line.tsx';
import { SampleGrid } from './sample-grid.tsx';
import { keepTrail, readTrail } from './sample-trail.ts';
import { Strips } from './strips.tsx';
import { useHeldSnapshot } from './use-held-snapshot.ts';

/** Every scored conversation of a study; the filter and the order are the URL. */
export function SamplesScreen() {
  const { study } = useParams({ from: '/s/$study/samples' });
  const query = useSearch({ from: '/s/$study/samples' });
  const navigate = useNavigate({ from: '/s/$study/samples' });
  const held = useHeldSnapshot(study, query);
  const { shown, newer, result } = held;
  const [left] = useState(() => readTrail(study));
  const { sort, desc, ...filter } = query;
  const order = {
    ...(sort === undefined ? {} : { sort }),
    ...(desc === undefined ? {} : { desc }),
  };
  const show = (search: SampleQuery): void => {
    void navigate({ search, replace: true });
  };
  const onSort = (column: SampleSort): void => {
    if (sort !== column) return show({ ...filter, sort: column });
    show(desc === undefined ? { ...filter, sort: column, desc: '1' } : filter);
  };
  const onToggle = (name: string, value: string | undefined): void => {
    const { [name]: _, ...rest }: Record<string, unknown> = filter;
    const next: SampleFilter = value === undefined ? rest : { ...filter, [name]: value };
    show({ ...next, ...order });
  };
  const onOpen = (row: SampleListRow, index: number): void => {
    if (shown === undefined) return;
    keepTrail({ study, snapshot: shown.snapshot, total: shown.total, index, query });
    void navigate({ to: '/s/$study/samples/$sample', params: { study, sample: String(row.id) } });
  };
  const startAt = left !== null && sameQuery(left.query, query) ? left.index : 0;
  return (
    <Screen
      title="Samples"
      kicker={study}
      actions={
        <Badge title="Looking and filtering changes nothing in the verdict">exploratory</Badge>
      }
    >
      <FilterLine filter={filter} onFilter={(next) => show({ ...next, ...order })} />
      {result.isError && <ErrorPanel error={result.error} onRetry={() => void result.refetch()} />}
      {shown === undefined ? (
        result.isError ? null : (
          <Loading what="Reading samples" />
        )
      ) : (
        <>
          <Strips
            strips={shown.strips}
            invalidated={shown.invalidated}
            mixed={shown.facets.audit.length}
          />
          <div className="samples">
            <Facets facets={shown.facets} filter={filter} onToggle={onToggle} />
            <section aria-label="Samples" className="samples-list">
              <div className="row samples-count">
                <span aria-live="polite">
                  <b>{count(shown.total)}</b> {shown.total === 1 ? 'sample' : 'samples'},{' '}
                  {count(shown.unscored)} of them unscored
                </span>
                {newer !== 0 && (
                  <button type="button" onClick={held.showNewer}>
                    {newer > 0 ? `${count(newer)} new` : plural(-newer, 'sample') + ' gone'}: show
                  </button>
                )}
                <span className="soft small samples-keys">
                  <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>/</kbd> filters
                </span>
              </div>
              {shown.total === 0 ? (
                <EmptyState title="No samples match this filter">
                  <p>Take a word out of the filter, or click a chosen value again.</p>
                </EmptyState>
              ) : (
                <SampleGrid
                  key={held.shownKey}
                  study={study}
                  snapshot={shown}
                  startAt={startAt}
                  sort={sort}
                  descending={desc !== undefined}
                  onSort={onSort}
                  onOpen={onOpen}
                  onGone={held.onGone}
                />
              )}
            </section>
          </div>
        </>
      )}
    </Screen>
  );
}

function sameQuery(a: SampleQuery, b: SampleQuery): boolean {
  const plain = (query: SampleQuery): string =>
    JSON.stringify(Object.entries(query).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return plain(a) === plain(b);
}
