import { isKey, PAGE_KEYS } from './keys.ts';

/** Where `g` and a letter lead within a study, in the order of the tabs. */
export const JUMPS = [
  { key: 'v', tab: 'Verdict', to: '/s/$study' },
  { key: 'a', tab: 'Arms', to: '/s/$study/arms' },
  { key: 'r', tab: 'Run', to: '/s/$study/pipeline' },
  { key: 's', tab: 'Samples', to: '/s/$study/samples' },
  { key: 'l', tab: 'Leads', to: '/s/$study/leads' },
  { key: 'j', tab: 'Judge', to: '/s/$study/judge' },
  { key: 'p', tab: 'Provenance', to: '/s/$study/ledger' },
] as const;

export type Jump = (typeof JUMPS)[number];

export type Shortcut =
  | { readonly do: 'help' | 'filter' | 'studies' }
  | { readonly do: 'jump'; readonly to: Jump['to'] };

/** How long after `g` a letter still belongs to it. */
export const SEQUENCE_MS = 1_500;

/** What keys mean: `pending` is whether `g` came just before. Undefined: nothing. */
export function shortcutFor(key: string, pending: boolean): Shortcut | undefined {
  if (!pending) {
    if (isKey(PAGE_KEYS.help, key)) return { do: 'help' };
    return isKey(PAGE_KEYS.filter, key) ? { do: 'filter' } : undefined;
  }
  if (isKey(PAGE_KEYS.studies, key)) return { do: 'studies' };
  const jump = JUMPS.find((found) => found.key === key);
  return jump === undefined ? undefined : { do: 'jump', to: jump.to };
}
