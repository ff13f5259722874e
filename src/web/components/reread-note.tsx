import { problemOf } from './states.tsx';

/** One line above what is shown: it is older than it could be, or has gaps. Nothing without error. */
export function RereadNote({
  error,
  said = 'This could not be read again:',
  onRetry,
}: {
  readonly error: unknown;
  readonly said?: string;
  readonly onRetry: () => void;
}) {
  if (error === undefined || error === null) return null;
  return (
    <p className="reread-note" role="alert">
      <span className="fails">{said}</span>{' '}
      <span className="untrusted" dir="auto">
        {problemOf(error).message}
      </span>{' '}
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </p>
  );
}
