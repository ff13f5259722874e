import { useEffect, useRef } from 'react';
import { pathTo } from '../../../artifacts/transcript.ts';
import { childrenOf, type RailRow } from './branch-layout.ts';
import { Circumstances, MessageCard } from './message-card.tsx';
import { MessageText } from './message-text.tsx';
import { Rail } from './rail.tsx';
import type { Shown } from './shown.ts';
import type { Seen } from './target-view.ts';

const NONE: readonly string[] = [];

interface Common {
  readonly shown: Shown;
  readonly quotes: ReadonlyMap<number, readonly string[]>;
  /** Message looked at. */
  readonly at: number | undefined;
  readonly quote: string | undefined;
  readonly onPlace: (message: number) => void;
  readonly onCopy: (message: number) => void;
}

/** A message exactly as the target has it: a prefill and what follows are one turn. */
export function TargetMessage({ seen, ...common }: Common & { readonly seen: Seen }) {
  const { at, onCopy } = common;
  const current = at !== undefined && seen.parts.includes(at);
  const place = useInSight(current && common.quote === undefined);
  const first = seen.parts[0]!;
  return (
    <div ref={place}>
      <MessageCard at={first} role={seen.role} current={current} onCopy={onCopy}>
        <div className="turn">
          {seen.parts.map((part) => (
            <Words key={part} part={part} {...common} />
          ))}
        </div>
      </MessageCard>
    </div>
  );
}

/** A message with where its words come from, what failed, and which branch it is on. */
export function AuditorMessage({
  index,
  rail,
  leaf,
  ...common
}: Common & {
  readonly index: number;
  readonly rail: readonly RailRow[];
  /** End of the branch that is looked at. */
  readonly leaf: number;
}) {
  const { shown, at, onCopy, onPlace } = common;
  const { nodes } = shown.transcript;
  const node = nodes[index]!;
  const place = useInSight(index === at && common.quote === undefined);
  const lanes = 1 + rail.reduce((most, row) => Math.max(most, row.lane, ...row.forks), 0);
  const siblings = node.parent === null ? [index] : childrenOf(nodes)[node.parent]!;
  const onPath = pathTo(nodes, leaf).includes(index);
  return (
    <div ref={place} className={lanes > 1 ? 'railed' : undefined}>
      {lanes > 1 && <Rail row={rail[index]!} lanes={lanes} onPath={onPath} />}
      <MessageCard
        at={index}
        role={node.role}
        origin={node.origin}
        current={index === at}
        onCopy={onCopy}
        aside={
          <>
            {node.stop !== undefined && node.stop !== 'end' && (
              <span className="stop">{node.stop}</span>
            )}
            {siblings.length > 1 && (
              <span className="soft">
                branch {siblings.indexOf(index) + 1} of {siblings.length}
              </span>
            )}
            {!onPath && (
              <button type="button" className="copy" onClick={() => onPlace(index)}>
                follow this branch
              </button>
            )}
          </>
        }
      >
        <Circumstances node={node} />
        {node.failure === undefined && <Words part={index} {...common} />}
      </MessageCard>
    </div>
  );
}

function Words({ part, shown, quotes, at, quote }: Common & { readonly part: number }) {
  return (
    <MessageText
      text={shown.transcript.nodes[part]!.content}
      cut={shown.cut[String(part)] ?? 0}
      quotes={quotes.get(part) ?? NONE}
      sought={part === at ? quote : undefined}
    />
  );
}

/** Brings an element into view when it becomes the one looked at. */
function useInSight(wanted: boolean) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (wanted) place.current?.scrollIntoView({ block: 'nearest' });
  }, [wanted]);
  return place;
}
