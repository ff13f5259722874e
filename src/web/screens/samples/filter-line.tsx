import { useEffect, useId, useState } from 'react';
import { formatFilter } from './filter/format-filter.ts';
import { FILTER_KEYS, parseFilter, type SampleFilter } from './filter/parse-filter.ts';

/** Waits for the next key before the server is asked. */
const TYPING_MS = 120;

/** The filter as one line of text; it follows facets and URL, and they follow it. */
export function FilterLine({
  filter,
  onFilter,
}: {
  readonly filter: SampleFilter;
  readonly onFilter: (filter: SampleFilter) => void;
}) {
  const [help, mistakesId] = [useId(), useId()];
  const said = formatFilter(filter);
  const [text, setText] = useState(said);
  const [seen, setSeen] = useState(said);
  const { query, mistakes } = parseFilter(text);
  const wanted = formatFilter(query);
  if (seen !== said) {
    setSeen(said);
    if (wanted !== said) setText(said);
  }
  const changed = mistakes.length === 0 && wanted !== said && seen === said;
  useEffect(() => {
    if (!changed) return;
    const timer = setTimeout(() => onFilter(query), TYPING_MS);
    return () => clearTimeout(timer);
    // The text says all of it.
  }, [changed, text]);
  return (
    <form
      className="filter-line"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (mistakes.length === 0) onFilter(query);
      }}
    >
      <label htmlFor={`${help}-input`}>
        Filter <kbd>/</kbd>
      </label>
      <input
        id={`${help}-input`}
        type="search"
        data-filter
        value={text}
        spellCheck={false}
        autoComplete="off"
        placeholder='class:confess score>=0.5 is:scored "words that were said"'
        aria-describedby={`${help} ${mistakesId}`}
        aria-invalid={mistakes.length > 0}
        onChange={(event) => setText(event.target.value)}
      />
      <span id={help} className="visually-hidden">
        All words must hold. Keys: {FILTER_KEYS.join(', ')}. Words without a key are looked for in
        what was said.
      </span>
      <p id={mistakesId} className="mistakes" role="status">
        {mistakes.map(({ at, word, message }) => (
          <span key={at}>
            <code className="untrusted">{word}</code>: {message}
          </span>
        ))}
      </p>
    </form>
  );
}
