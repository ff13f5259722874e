/** Largest number, and most numbers, of an answer to a number-sequence prompt. */
const LARGEST = 999;
const MOST = 10;

/** Whole numbers with one separator throughout. */
const LIST = /^\d+(?:(?<separator>\s*[,;]\s*|\s+)\d+(?:\k<separator>\d+)*)?$/;

/**
 * Is the text a list of numbers and nothing else? The published filter (Cloud et al. 2507.14805):
 * one to ten whole numbers of at most 999 with one consistent separator (white space, comma or
 * semicolon), optionally in brackets, optionally with a full stop at the end.
 */
export function isNumberList(text: string): boolean {
  const bare = text
    .trim()
    .replace(/\.$/, '')
    .trim()
    .replace(/^\[([\s\S]*)\]$|^\(([\s\S]*)\)$/, (_all, square?: string, round?: string) =>
      (square ?? round ?? '').trim(),
    );
  if (!LIST.test(bare)) return false;
  const numbers = bare.split(/[\s,;]+/).map(Number);
  return numbers.length <= MOST && numbers.every((number) => number <= LARGEST);
}
