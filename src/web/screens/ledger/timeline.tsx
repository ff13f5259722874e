import { useCallback, useState } from 'react';
import type { LedgerEventView } from '../../../api/ledger.ts';
import { RereadNote } from '../../components/reread-note.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { VirtualRows } from '../../components/virtual-rows.tsx';
import { indented } from './indented.ts';
import { useLedgerEvents } from './use-ledger-events.ts';

const ROW_PX = 40;
const HASH_CHARS = 12;

/** Events as a chain; what an event says opens below it. */
export function Timeline({
  study,
  type,
  total,
}: {
  readonly study: string;
  readonly type: string | undefined;
  readonly total: number;
}) {
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const onRange = useCallback((first: number, last: number) => setRange([first, last]), []);
  const { rows, error, retry } = useLedgerEvents(study, type, range[0], range[1]);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (seq: number): void => {
    const next = new Set(open);
    if (!next.delete(seq)) next.add(seq);
    setOpen(next);
  };
  if (total === 0) return <p className="soft">No events.</p>;
  return (
    <div className="timeline">
      <RereadNote error={error} said="Some events could not be read:" onRetry={retry} />
      <VirtualRows
        count={total}
        rowPx={ROW_PX}
        heightPx={`min(${total * ROW_PX + 420}px, max(420px, calc(100vh - 220px)))`}
        label="Events"
        onRange={onRange}
      >
        {(at) => {
          const event = rows.get(at);
          return event === undefined ? (
            <p className="event soft">reading…</p>
          ) : (
            <Event
              event={event}
              linked={type === undefined && at > 0}
              open={open.has(event.seq)}
              onToggle={() => toggle(event.seq)}
            />
          );
        }}
      </VirtualRows>
    </div>
  );
}

function Event({
  event: { seq, time, type, data, hash, previousHash },
  linked,
  open,
  onToggle,
}: {
  readonly event: LedgerEventView;
  /** Whether the event before it stands right above. */
  readonly linked: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <div className="event" data-type={type} data-linked={linked || undefined}>
      <button type="button" className="printed" aria-expanded={open} onClick={onToggle}>
        <span className="n">{seq}</span>
        <span className="event-type">{type}</span>
        <span className="event-time">{time}</span>
        <code title={hash}>{hash.slice(0, HASH_CHARS)}</code>
      </button>
      {open && (
        <div className="event-data">
          <p className="small">
            hash <code>{hash}</code>, of the event before <code>{previousHash}</code>
          </p>
          <pre tabIndex={0}>
            <Untrusted text={indented(data)} />
          </pre>
        </div>
      )}
    </div>
  );
}
