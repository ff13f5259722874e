import { Link, Outlet, useParams } from '@tanstack/react-router';

/** Tabs of one study. */
export function StudyFrame() {
  const { study } = useParams({ from: '/s/$study' });
  return (
    <>
      <nav className="tabs" aria-label={`Study ${study}`}>
        <Link to="/s/$study" params={{ study }} activeOptions={{ exact: true }}>
          Verdict
        </Link>
        <Link to="/s/$study/arms" params={{ study }}>
          Arms
        </Link>
        <Link to="/s/$study/pipeline" params={{ study }}>
          Run
        </Link>
        <Link to="/s/$study/samples" params={{ study }}>
          Samples
        </Link>
        <Link to="/s/$study/leads" params={{ study }}>
          Leads
        </Link>
        <Link to="/s/$study/judge" params={{ study }}>
          Judge
        </Link>
        <Link to="/s/$study/ledger" params={{ study }}>
          Provenance
        </Link>
      </nav>
      <Outlet />
    </>
  );
}
