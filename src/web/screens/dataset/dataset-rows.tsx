import { useCallback, useState } from 'react';
import type { DatasetRow } from '../../../api/dataset.ts';
import type { DatasetQuery } from '../../client/queries.ts';
import { clip } from '../../../base/visible-text.ts';
import { RereadNote } from '../../components/reread-note.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { VirtualRows } from '../../components/virtual-rows.tsx';
import { isControl, useKeys } from '../../shell/use-keys.ts';
import { useDatasetRows } from './use-dataset-rows.ts';

const ROW_PX = 58;
const SHOWN_CHARS = 240;

/** The list of rows; keys move through it as through the samples. */
export function DatasetRows({
  study,
  arm,
  query,
  total,
  open,
  onOpen,
}: {
  readonly study: string;
  readonly arm: string;
  readonly query: DatasetQuery;
  readonly total: number;
  /** Index in the dataset of the row that is open. */
  readonly open: number | undefined;
  readonly onOpen: (index: number) => void;
}) {
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const onRange = useCallback((first: number, last: number) => setRange([first, last]), []);
  const { rows, error, retry } = useDatasetRows(study, arm, query, range[0], range[1]);
  const [current, setCurrent] = useState<number>();
  const move = (by: number): void => {
    const next = Math.max(0, Math.min(total - 1, (current ?? -1) + by));
    setCurrent(next);
    const row = rows.get(next);
    if (open !== undefined && row !== undefined) onOpen(row.index);
  };
  // Arrows scroll what has the focus; letters are free everywhere.
  const isTaken = ({ key, target }: KeyboardEvent): boolean =>
    key.startsWith('Arrow') && isControl(target);
  useKeys('dataset', {
    next: (event) => (isTaken(event) ? false : move(1)),
    previous: (event) => (isTaken(event) ? false : move(-1)),
    open: ({ target }) => {
      const row = current === undefined ? undefined : rows.get(current);
      if (row === undefined || isControl(target)) return false;
      return onOpen(row.index);
    },
  });
  return (
    <div className="data-rows">
      <RereadNote error={error} said="Some rows could not be read:" onRetry={retry} />
      <VirtualRows
        count={total}
        rowPx={ROW_PX}
        heightPx="max(420px, calc(100vh - 290px))"
        label="Rows"
        current={current}
        onRange={onRange}
      >
        {(at) => {
          const row = rows.get(at);
          return row === undefined ? (
            <p className="data-row soft">reading…</p>
          ) : (
            <Row
              row={row}
              open={row.index === open}
              current={at === current}
              onOpen={() => {
                setCurrent(at);
                onOpen(row.index);
              }}
            />
          );
        }}
      </VirtualRows>
    </div>
  );
}

function Row({
  row,
  open,
  current,
  onOpen,
}: {
  readonly row: DatasetRow;
  readonly open: boolean;
  readonly current: boolean;
  readonly onOpen: () => void;
}) {
  return (
    <button
      type="button"
      className="data-row printed"
      aria-expanded={open}
      data-current={current || undefined}
      data-dropped={row.dropped !== null || undefined}
      onClick={onOpen}
    >
      <span className="data-facts">
        <span>#{row.index}</span>
        <span>{row.split}</span>
        <span>{row.tokens} tokens</span>
        {row.divergence !== null && <span>{row.divergence.toFixed(2)} nats from base</span>}
        {row.stop === 'truncated' && <span className="unscored">truncated</span>}
        {row.dropped !== null && <span className="unscored">dropped: {row.dropped}</span>}
      </span>
      <span className="data-prompt">
        <Untrusted text={clip(row.prompt, SHOWN_CHARS)} line />
      </span>
      <span className="data-completion">
        <Untrusted text={clip(row.completion, SHOWN_CHARS)} line />
      </span>
    </button>
  );
}
