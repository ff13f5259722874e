import { count } from './format.ts';

/** Said on paper alone: a long list is printed as far as it was in sight. */
export function PaperNote({ of }: { readonly of: number }) {
  return (
    <p className="paper-only soft small">
      Of {count(of)} rows, those that were in sight are printed.
    </p>
  );
}
