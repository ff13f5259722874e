import { Link, Outlet, useParams } from '@tanstack/react-router';
import { JUMPS } from './shell/shortcuts.ts';

/** Tabs of one study. */
export function StudyFrame() {
  const { study } = useParams({ from: '/s/$study' });
  return (
    <>
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
      <Outlet />
    </>
  );
}
