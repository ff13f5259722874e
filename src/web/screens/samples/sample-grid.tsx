import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, useState } from 'react';
import type { SampleListRow, Snapshot } from '../../../api/samples.ts';
import { PaperNote } from '../../components/paper-note.tsx';
import { ErrorPanel } from '../../components/states.tsx';
import { COLUMNS, type SampleSort } from './columns.ts';
import { SampleRow } from './sample-row.tsx';
import { isControl, useKeys } from '../../shell/use-keys.ts';
import { useSampleRows } from './use-sample-rows.ts';

const ROW_PX = 34;
const PAGE_STEP = 15;

/** Rows of a snapshot, of which only those in sight exist and are read. */
export function SampleGrid({
  study,
  snapshot,
  startAt,
  sort,
  descending,
  onSort,
  onOpen,
  onGone,
}: {
  readonly study: string;
  readonly snapshot: Snapshot;
  /** Row the reader stands on first. */
  readonly startAt: number;
  readonly sort: SampleSort | undefined;
  readonly descending: boolean;
  readonly onSort: (sort: SampleSort) => void;
  readonly onOpen: (row: SampleListRow, index: number) => void;
  readonly onGone: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  const { total } = snapshot;
  const [chosen, setChosen] = useState(startAt);
  const current = Math.min(chosen, total - 1);
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_PX,
    initialOffset: Math.max(0, startAt - 4) * ROW_PX,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const read = useSampleRows(
    study,
    snapshot.snapshot,
    items[0]?.index ?? 0,
    items.at(-1)?.index ?? 0,
    onGone,
  );
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(total - 1, to));
    setChosen(next);
    rows.scrollToIndex(next);
    place.current?.focus({ preventScroll: true });
  };
  useKeys('samples', {
    next: () => move(current + 1),
    previous: () => move(current - 1),
    pageDown: () => move(current + PAGE_STEP),
    pageUp: () => move(current - PAGE_STEP),
    first: () => move(0),
    last: () => move(total - 1),
    open: ({ target }) => {
      const row = read.rows.get(current);
      if (row === undefined || isControl(target)) return false;
      return onOpen(row, current);
    },
  });
  // The list it came from is taken up where it was left, keys and all.
  useEffect(() => {
    if (startAt > 0) place.current?.focus({ preventScroll: true });
  }, [startAt]);
  if (read.error !== undefined) return <ErrorPanel error={read.error} onRetry={read.retry} />;
  return (
    <div className="grid-scroll">
      <PaperNote of={total} />
      <div
        ref={place}
        className="grid"
        role="grid"
        tabIndex={0}
        aria-label="Samples"
        aria-rowcount={total + 1}
        aria-colcount={COLUMNS.length}
        aria-activedescendant={
          items.some(({ index }) => index === current) ? `${id}-${current}` : undefined
        }
      >
        <div role="row" aria-rowindex={1} className="grid-row grid-head">
          {COLUMNS.map((column) => (
            <Header
              key={column.title}
              {...column}
              order={
                column.sort !== sort || sort === undefined
                  ? 'none'
                  : descending
                    ? 'descending'
                    : 'ascending'
              }
              onSort={onSort}
            />
          ))}
        </div>
        <div role="rowgroup" className="grid-space" style={{ height: rows.getTotalSize() }}>
          {items.map(({ key, index, start }) => (
            <SampleRow
              key={key}
              id={`${id}-${index}`}
              study={study}
              row={read.rows.get(index)}
              index={index}
              start={start}
              selected={index === current}
              onOpen={onOpen}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function Header({
  title,
  sort,
  hint,
  isNumber = false,
  order,
  onSort,
}: (typeof COLUMNS)[number] & {
  readonly order: 'none' | 'ascending' | 'descending';
  readonly onSort: (sort: SampleSort) => void;
}) {
  if (sort === undefined) {
    return (
      <span role="columnheader" title={hint}>
        {title}
      </span>
    );
  }
  return (
    <span role="columnheader" aria-sort={order} title={hint} className={isNumber ? 'n' : undefined}>
      <button type="button" className="printed" onClick={() => onSort(sort)}>
        {title}
        <span aria-hidden="true">
          {order === 'none' ? '' : order === 'ascending' ? ' ↑' : ' ↓'}
        </span>
      </button>
    </span>
  );
}
