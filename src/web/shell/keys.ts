/** What some keys do; a key is named as browsers name it (`KeyboardEvent.key`). */
export interface KeyEntry {
  readonly keys: readonly string[];
  readonly does: string;
}

/** Keys that mean the same on every screen. `studies` comes after `jump`. */
export const PAGE_KEYS = {
  help: { keys: ['?'], does: 'this list' },
  filter: { keys: ['/'], does: 'to the filter, where there is one' },
  jump: { keys: ['g'], does: 'and a letter: to another screen' },
  studies: { keys: ['h'], does: 'all studies' },
} as const satisfies Readonly<Record<string, KeyEntry>>;

/**
 * Every key of every screen. Handlers take their keys from here and the list of keys shows them, so
 * that neither can know one that the other does not.
 */
export const SCREEN_KEYS = {
  samples: {
    title: 'Samples',
    keys: {
      next: { keys: ['j', 'ArrowDown'], does: 'next row' },
      previous: { keys: ['k', 'ArrowUp'], does: 'previous row' },
      pageDown: { keys: ['PageDown'], does: 'a page down' },
      pageUp: { keys: ['PageUp'], does: 'a page up' },
      first: { keys: ['Home'], does: 'first row' },
      last: { keys: ['End'], does: 'last row' },
      open: { keys: ['Enter'], does: 'opens the row' },
    },
  },
  findings: {
    title: 'A conversation',
    keys: {
      next: { keys: ['j'], does: 'next finding: what a judge cites, or what the model said' },
      previous: { keys: ['k'], does: 'previous finding' },
    },
  },
  trail: {
    title: 'A sample opened from the list',
    keys: {
      previous: { keys: ['['], does: 'previous sample of the list' },
      next: { keys: [']'], does: 'next sample of the list' },
    },
  },
  dataset: {
    title: 'Training data',
    keys: {
      next: { keys: ['j', 'ArrowDown'], does: 'next row' },
      previous: { keys: ['k', 'ArrowUp'], does: 'previous row' },
      open: { keys: ['Enter'], does: 'opens the row' },
    },
  },
  dataRow: {
    title: 'A row of it',
    keys: { close: { keys: ['Escape'], does: 'closes the row' } },
  },
  tokens: {
    title: 'Its tokens',
    keys: {
      next: { keys: ['ArrowRight'], does: 'next token' },
      previous: { keys: ['ArrowLeft'], does: 'previous token' },
    },
  },
  cells: {
    title: 'Pictures of cells: Arms, Run',
    keys: {
      move: {
        keys: ['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'],
        does: 'from cell to cell',
      },
      choose: { keys: ['Enter', ' '], does: 'opens or chooses the cell' },
    },
  },
} as const satisfies Readonly<
  Record<string, { readonly title: string; readonly keys: Readonly<Record<string, KeyEntry>> }>
>;

/** Where a key is pressed: a screen or a part of one. */
export type KeyPlace = keyof typeof SCREEN_KEYS;
/** What can be done by keys there. */
export type KeyAction<P extends KeyPlace> = string & keyof (typeof SCREEN_KEYS)[P]['keys'];

/** Whether a key is one of an entry's. */
export function isKey({ keys }: KeyEntry, key: string): boolean {
  return keys.includes(key);
}

/** What a key does at a place; undefined: nothing. */
export function actionFor(place: KeyPlace, key: string): string | undefined {
  const entries: Readonly<Record<string, KeyEntry>> = SCREEN_KEYS[place].keys;
  return Object.keys(entries).find((name) => isKey(entries[name]!, key));
}
