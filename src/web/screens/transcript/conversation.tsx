import { type ReactNode, useMemo } from 'react';
import { useOpenOnPaper, usePrinting } from '../../components/use-printing.ts';
import { VirtualRows } from '../../components/virtual-rows.tsx';
import { branchLayout, leafBelow } from './branch-layout.ts';
import { CutNotice } from './cut-notice.tsx';
import { AuditorMessage, TargetMessage } from './messages.tsx';
import type { Shown } from './shown.ts';
import { targetView } from './target-view.ts';

/** Up to here all messages are in the page, so that they can be searched; on paper all are. */
const PLAIN_MESSAGES = 40;

/** What is looked at in a conversation. */
export interface Place {
  /** Index of the message; undefined: none in particular. */
  readonly message: number | undefined;
  readonly quote: string | undefined;
}

/** A conversation as the target saw it, or with all that the auditor knows. */
export function Conversation({
  shown,
  whole,
  view,
  place,
  label,
  onPlace,
  onCopy,
}: {
  readonly shown: Shown;
  /** Where all of it lies, for what is cut. */
  readonly whole: ReactNode;
  readonly view: 'target' | 'auditor';
  readonly place: Place;
  readonly label: string;
  readonly onPlace: (message: number) => void;
  readonly onCopy: (message: number) => void;
}) {
  const { nodes } = shown.transcript;
  const printing = usePrinting();
  useOpenOnPaper();
  const { message } = place;
  const at = message !== undefined && message >= 0 && message < nodes.length ? message : undefined;
  const rail = useMemo(() => branchLayout(nodes), [nodes]);
  const leaf = leafBelow(nodes, at ?? nodes.length - 1);
  const seen = useMemo(() => targetView(nodes, leaf), [nodes, leaf]);
  const quotes = useMemo(() => quotesOf(shown), [shown]);
  const common = { shown, quotes, at, quote: place.quote, onPlace, onCopy };
  const rows = view === 'target' ? seen.length : nodes.length;
  const row = (index: number) =>
    view === 'target' ? (
      <TargetMessage {...common} seen={seen[index]!} />
    ) : (
      <AuditorMessage {...common} index={index} rail={rail} leaf={leaf} />
    );
  if (rows === 0) return <p className="soft">Nothing was said.</p>;
  const cutNotice = <CutNotice shown={shown} whole={whole} />;
  if (rows <= PLAIN_MESSAGES || printing) {
    return (
      <>
        {cutNotice}
        <div className="messages plain" role="group" aria-label={label} tabIndex={0}>
          {Array.from({ length: rows }, (_, index) => (
            <div key={index}>{row(index)}</div>
          ))}
        </div>
      </>
    );
  }
  const current =
    at === undefined
      ? undefined
      : view === 'auditor'
        ? at
        : seen.findIndex(({ parts }) => parts.includes(at));
  return (
    <div className="messages">
      {cutNotice}
      <VirtualRows
        count={rows}
        rowPx={96}
        heightPx="max(420px, calc(100vh - 250px))"
        label={label}
        current={current}
      >
        {row}
      </VirtualRows>
    </div>
  );
}

/** Quotes of all judges by message. */
function quotesOf({ judgements }: Shown): ReadonlyMap<number, readonly string[]> {
  const quotes = new Map<number, string[]>();
  for (const { message, quote } of judgements.flatMap(({ citations }) => citations)) {
    quotes.set(message, [...(quotes.get(message) ?? []), quote]);
  }
  return quotes;
}
