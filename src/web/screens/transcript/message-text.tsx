import { useEffect, useMemo, useRef, useState } from 'react';
import { visibleText } from '../../../base/visible-text.ts';
import { count } from '../../components/format.ts';
import { usePrinting } from '../../components/use-printing.ts';
import { quoteSegments } from './quote-segments.ts';

/** Characters of a message shown at first, and with every click after. */
const FIRST_CHARS = 4_000;
const MORE_CHARS = 40_000;

/** What was said, as text; quotes of judges are marked, and the one looked for scrolls into view. */
export function MessageText({
  text,
  cut,
  quotes,
  sought,
}: {
  readonly text: string;
  /** Characters the server left out at the end. */
  readonly cut: number;
  readonly quotes: readonly string[];
  /** The quote to bring into view. */
  readonly sought: string | undefined;
}) {
  const [limit, setLimit] = useState(FIRST_CHARS);
  const mark = useRef<HTMLElement>(null);
  const segments = useMemo(
    () => quoteSegments(visibleText(text), quotes.map(visibleText)),
    [text, quotes],
  );
  const total = segments.reduce((sum, segment) => sum + segment.text.length, 0);
  const soughtAt = sought === undefined ? -1 : quotes.indexOf(sought);
  // A quote further down is shown without being asked for.
  const needed = endOf(
    segments.findLastIndex(({ cited }) => cited.includes(soughtAt)),
    segments,
  );
  const printing = usePrinting();
  const shown = printing ? total : Math.max(limit, Math.min(needed, limit + MORE_CHARS));
  useEffect(() => {
    if (soughtAt !== -1) mark.current?.scrollIntoView({ block: 'center' });
  }, [soughtAt]);
  let left = shown;
  return (
    <div className="message-text untrusted" dir="auto">
      {segments.map((segment, i) => {
        const part = clipAt(segment.text, left);
        left -= part.length;
        if (part === '') return null;
        if (segment.cited.length === 0) return part;
        const isSought = segment.cited.includes(soughtAt);
        return (
          // Segments have no name but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <mark key={i} ref={isSought ? mark : undefined} data-sought={isSought || undefined}>
            {part}
          </mark>
        );
      })}
      {total > shown && (
        <button type="button" className="more" onClick={() => setLimit(shown + MORE_CHARS)}>
          {total - shown > MORE_CHARS
            ? `Show ${count(MORE_CHARS)} of ${count(total - shown)} more characters`
            : `Show ${count(total - shown)} more characters`}
        </button>
      )}
      {cut > 0 && total <= shown && (
        <p className="cut">{count(cut)} further characters are left out here.</p>
      )}
    </div>
  );
}

function endOf(index: number, segments: readonly { readonly text: string }[]): number {
  return segments.slice(0, index + 1).reduce((sum, { text }) => sum + text.length, 0);
}

/** At most `limit` characters, never half of one. */
function clipAt(text: string, limit: number): string {
  if (limit <= 0) return '';
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit);
}
