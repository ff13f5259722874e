import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type Connection, followChanges } from './client/live.ts';

/** The frame of every screen: where to go, and whether what is shown is still live. */
export function Shell() {
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>('live');
  useEffect(() => followChanges(queries, setConnection), [queries]);
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="top">
        <Link to="/" className="brand">
          Informant
        </Link>
        {connection === 'lost' && (
          <span className="lost" role="status">
            Connection lost. What you see may be out of date; trying again.
          </span>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}
