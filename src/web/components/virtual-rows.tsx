import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
import { PaperNote } from './paper-note.tsx';

/**
 * Rows of a long list, of which only those in sight exist. Heights are measured; `rowPx` is the
 * first guess. `onRange` says which rows are in sight, to read them.
 */
export function VirtualRows({
  count,
  rowPx,
  heightPx,
  label,
  current,
  onRange,
  children,
}: {
  readonly count: number;
  readonly rowPx: number;
  /** Height of the window on the list; a CSS length. */
  readonly heightPx: string;
  readonly label: string;
  /** Row to keep in sight. */
  readonly current?: number | undefined;
  readonly onRange?: (first: number, last: number) => void;
  readonly children: (index: number) => ReactNode;
}) {
  const place = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => place.current,
    estimateSize: () => rowPx,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  useEffect(() => {
    if (current !== undefined) rows.scrollToIndex(current, { align: 'auto' });
  }, [current, rows]);
  return (
    <>
      <PaperNote of={count} />
      <div
        ref={place}
        className="virtual"
        style={{ height: heightPx }}
        role="group"
        aria-label={label}
        tabIndex={0}
      >
        <div className="virtual-space" style={{ height: rows.getTotalSize() }}>
          {shown.map(({ key, index, start }) => (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className="virtual-row"
              style={{ transform: `translateY(${start}px)` }}
            >
              {children(index)}
            </div>
          ))}
        </div>
      </div>
    </>
  );
}
