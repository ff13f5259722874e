import { Link, Outlet, useParams } from '@tanstack/react-router';
import { isOffline } from './client/offline-mode.ts';
import { ExportButton } from './shell/export-button.tsx';
import { JUMPS } from './shell/shortcuts.ts';

/** Tabs of one study, and its export. */
export function StudyFrame() {
  const { study } = useParams({ from: '/s/$study' });
  return (
    <>
      <div className="study-bar">
        <nav className="tabs" aria-label={`Study ${study}`}>
          {JUMPS.map(({ to, tab, key }) => (
            <Link
              key={to}
              to={to}
              params={{ study }}
              activeOptions={{ exact: to === '/s/$study', includeSearch: false }}
              title={`Keys: g ${key}`}
            >
              {tab}
            </Link>
          ))}
        </nav>
        {!isOffline() && <ExportButton key={study} study={study} />}
      </div>
      <Outlet />
    </>
  );
}
