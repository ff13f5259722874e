/** A stretch of words that both texts have, or only one of them. */
export interface DiffPart {
  readonly kind: 'same' | 'left' | 'right';
  readonly text: string;
}

/** Beyond this many cells of the table the middle is shown as replaced. */
const MAX_CELLS = 4_000_000;

/**
 * The longest common subsequence of words and the white space between them. Left parts and same
 * parts make up `left`, right parts and same parts `right`.
 */
export function diffWords(left: string, right: string): readonly DiffPart[] {
  const [a, b] = [wordsOf(left), wordsOf(right)];
  const before = commonLength(a, b);
  const after = commonLength(a.slice(before).toReversed(), b.slice(before).toReversed());
  const parts: DiffPart[] = [];
  const add = (kind: DiffPart['kind'], words: readonly string[]): void => {
    const text = words.join('');
    const last = parts.at(-1);
    if (text === '') return;
    if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + text };
    else parts.push({ kind, text });
  };
  add('same', a.slice(0, before));
  middle(a.slice(before, a.length - after), b.slice(before, b.length - after), add);
  add('same', a.slice(a.length - after));
  return parts;
}

function middle(
  a: readonly string[],
  b: readonly string[],
  add: (kind: DiffPart['kind'], words: readonly string[]) => void,
): void {
  const width = b.length + 1;
  if ((a.length + 1) * width > MAX_CELLS) {
    add('left', a);
    return add('right', b);
  }
  // lengths[i * width + j]: longest common subsequence of a from i on and b from j on.
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      lengths[at] =
        a[i] === b[j]
          ? lengths[at + width + 1]! + 1
          : Math.max(lengths[at + width]!, lengths[at + 1]!);
    }
  }
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const at = i * width + j;
    if (a[i] === b[j]) {
      add('same', [a[i]!]);
      i += 1;
      j += 1;
    } else if (lengths[at + width]! >= lengths[at + 1]!) {
      add('left', [a[i]!]);
      i += 1;
    } else {
      add('right', [b[j]!]);
      j += 1;
    }
  }
  add('left', a.slice(i));
  add('right', b.slice(j));
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\s+|[^\s]+/gu) ?? [];
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const differs = a.findIndex((word, i) => word !== b[i]);
  return differs === -1 ? a.length : differs;
}
