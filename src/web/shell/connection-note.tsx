import type { Connection } from '../client/live.ts';

/** Whether what is shown follows the store. */
export function ConnectionNote({ connection }: { readonly connection: Connection }) {
  return (
    <span className={`connection ${connection.state}`} role="status">
      {connection.state === 'live' ? '● live' : lostText(connection.problem)}
    </span>
  );
}

function lostText(problem: (Connection & { readonly state: 'lost' })['problem']): string {
  const outdated = 'What you see may be out of date; trying again.';
  if (problem === undefined) return `○ Connection lost. ${outdated}`;
  return `○ Not live: ${[problem.message, problem.hint, outdated].filter(Boolean).join(' ')}`;
}
