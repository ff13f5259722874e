import type { ScreenName } from '../screens.ts';
import { studyPath } from './paths.ts';

/** What an address needs first. */
export interface Arrival {
  readonly screen?: ScreenName;
  /** What the screen reads first. Filters and choices are left to the router, which knows them. */
  readonly path?: string;
}

const OF_STUDY: Readonly<Record<string, ScreenName>> = {
  arms: 'arms',
  samples: 'samples',
  pipeline: 'pipeline',
  judge: 'judge',
  leads: 'leads',
  ledger: 'ledger',
};

/** Reads the hash of an address; nothing is needed at one that names no screen. */
export function arrivalOf(hash: string): Arrival {
  const [address = '', search = ''] = hash.replace(/^#/u, '').split('?', 2);
  const parts = decoded(address);
  if (parts === undefined) return {};
  if (parts.length === 0) return { screen: 'studies', path: '/api/studies' };
  const [first, study, tab, name, below, ...rest] = parts;
  if (first !== 's' || study === undefined || rest.length > 0) return {};
  const of = studyPath(study);
  const arrival = (screen: ScreenName, path?: string): Arrival =>
    path === undefined || search !== '' ? { screen } : { screen, path };
  if (tab === undefined) return { screen: 'verdict', path: `${of}/verdict` };
  if (below === 'data' && tab === 'arms') return arrival('dataset');
  if (below !== undefined) return {};
  if (name !== undefined) {
    const part = encodeURIComponent(name);
    if (tab === 'arms') return arrival('arm', `${of}/arms/${part}`);
    return tab === 'samples' ? { screen: 'transcript', path: `${of}/sample/${part}` } : {};
  }
  const screen = OF_STUDY[tab];
  if (screen === undefined) return {};
  // The ledger is read in pages.
  return arrival(screen, screen === 'ledger' ? undefined : `${of}/${tab}`);
}

function decoded(address: string): readonly string[] | undefined {
  try {
    const parts = address.split('/').filter(Boolean).map(decodeURIComponent);
    // A browser would take these for a way up.
    return parts.some((part) => part === '.' || part === '..') ? undefined : parts;
  } catch {
    return undefined;
  }
}
