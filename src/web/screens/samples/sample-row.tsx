import { Link } from '@tanstack/react-router';
import type { SampleListRow } from '../../../api/samples.ts';
import { count } from '../../components/format.ts';
import { RoleMark } from '../../components/role-mark.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { COLUMNS } from './columns.ts';
import { ScoreCell } from './score-cell.tsx';

/** One sample as a row of the grid; empty while it is being read. */
export function SampleRow({
  study,
  row,
  index,
  id,
  start,
  selected,
  onOpen,
}: {
  readonly study: string;
  readonly row: SampleListRow | undefined;
  readonly index: number;
  readonly id: string;
  readonly start: number;
  readonly selected: boolean;
  readonly onOpen: (row: SampleListRow, index: number) => void;
}) {
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={row?.invalidated === true ? 'grid-row invalidated' : 'grid-row'}
      style={{ transform: `translateY(${start}px)` }}
      onClick={(event) => {
        if (row !== undefined && !(event.target instanceof HTMLAnchorElement)) onOpen(row, index);
      }}
    >
      {row === undefined ? (
        <span role="gridcell" aria-colspan={COLUMNS.length} className="soft">
          reading…
        </span>
      ) : (
        <Cells study={study} row={row} onFollow={() => onOpen(row, index)} />
      )}
    </div>
  );
}

function Cells({
  study,
  row,
  onFollow,
}: {
  readonly study: string;
  readonly row: SampleListRow;
  readonly onFollow: () => void;
}) {
  return (
    <>
      <span role="gridcell" title={row.arm}>
        <RoleMark role={row.role} kind={row.kind} name={row.arm} />
      </span>
      <span role="gridcell" title={row.audit}>
        {row.audit}
      </span>
      <span role="gridcell" title={row.condition ?? undefined}>
        {row.condition ?? '—'}
      </span>
      <span role="gridcell">
        <Link
          to="/s/$study/samples/$sample"
          params={{ study, sample: String(row.id) }}
          tabIndex={-1}
          title={row.probeId}
          onClick={(event) => {
            // A plain click opens it by way of the list; others open a window of their own.
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            onFollow();
          }}
        >
          {row.probeId}
        </Link>
      </span>
      <span role="gridcell" className="n">
        {row.draw}
      </span>
      <span role="gridcell">{row.class ?? '—'}</span>
      <span role="gridcell">
        <ScoreCell score={row.score} />
      </span>
      <span role="gridcell" className="status" title={row.reason ?? undefined}>
        <Standing row={row} />
      </span>
      <span role="gridcell" className="preview">
        {row.invalidated && (
          <b
            className="invalidated-note"
            title="See its annotations; figures and verdict include it"
          >
            {'⊘\u00a0invalidated, still counted'}
          </b>
        )}
        <Untrusted text={row.preview} line />
      </span>
    </>
  );
}

function Standing({ row }: { readonly row: SampleListRow }) {
  return (
    <>
      {row.status === 'scored' ? (
        <span className="soft">scored</span>
      ) : (
        <span className="unscored">unscored</span>
      )}
      {row.notes > 0 && <span title={`${count(row.notes)} annotations`}> ✎{row.notes}</span>}
    </>
  );
}
