import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { type Connection, followChanges } from './client/live.ts';
import { isOffline } from './client/offline-mode.ts';
import { RoleShape } from './components/role-mark.tsx';
import { ConnectionNote } from './shell/connection-note.tsx';
import { ExportNote } from './shell/export-note.tsx';
import { KeyboardHelp } from './shell/keyboard-help.tsx';
import { StudySwitcher } from './shell/study-switcher.tsx';
import { useTheme } from './shell/theme-choice.ts';
import { useShortcuts } from './shell/use-shortcuts.ts';

/** The frame of every screen: where to go, and whether what is shown is still live. */
export function Shell() {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>({ state: 'live' });
  const [theme, nextTheme] = useTheme();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useEffect(() => followChanges(queries, setConnection), [queries]);
  useShortcuts(useCallback(() => setHelpOpen(true), []));
  return (
    <>
      <button
        type="button"
        className="skip"
        onClick={() => document.querySelector<HTMLElement>('#main')?.focus()}
      >
        Skip to content
      </button>
      <header className="top">
        <Link to="/" className="brand">
          <svg width="18" height="18" aria-hidden="true">
            <RoleShape role="twin" x={7} y={9} size={5} />
            <RoleShape role="suspect" x={13} y={9} size={4} />
          </svg>
          Informant
        </Link>
        <StudySwitcher />
        <div className="end">
          {isOffline() ? <ExportNote /> : <ConnectionNote connection={connection} />}
          <button type="button" onClick={nextTheme} aria-label={`Theme: ${theme}. Change`}>
            {theme === 'system' ? '◐' : theme === 'light' ? '☀' : '☾'} {theme}
          </button>
          <button type="button" onClick={() => setHelpOpen(true)} aria-label="Keyboard help">
            ?
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <KeyboardHelp open={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}
