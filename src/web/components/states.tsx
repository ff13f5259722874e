import type { ReactNode } from 'react';
import { RequestError } from '../client/fetch-parsed.ts';

/** While something is read for the first time. */
export function Loading({ what = 'Reading' }: { readonly what?: string }) {
  return (
    <p className="loading" role="status">
      {what}…
    </p>
  );
}

/** Nothing to show, and why. */
export function EmptyState({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="notice">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What went wrong, its code and what to do about it. */
export function ErrorPanel({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}) {
  const { code, message, hint } = problemOf(error);
  return (
    <div className="notice" data-tone="bad" role="alert">
      <h2>This could not be shown</h2>
      <p className="untrusted" dir="auto">
        {message}
      </p>
      {hint !== undefined && <p>{hint}</p>}
      <p className="soft small">
        Code <code>{code}</code>
      </p>
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Any error as a code, a message and a hint. */
export function problemOf(error: unknown): {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
} {
  if (error instanceof RequestError) return error.problem;
  return {
    code: 'page',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a fault of the page, or its server is of another version. Reload it.',
  };
}
