import type { Connection } from '../client/live.ts';

/** Whether what is shown follows the store. */
export function ConnectionNote({ connection }: { readonly connection: Connection }) {
  return (
    <span className={`connection ${connection}`} role="status">
      {connection === 'live'
        ? '● live'
        : '○ Connection lost. What you see may be out of date; trying again.'}
    </span>
  );
}
