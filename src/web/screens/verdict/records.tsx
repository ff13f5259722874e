import { Link } from '@tanstack/react-router';
import type { VerdictView } from '../../../api/verdict.ts';
import { plural } from '../../../verdict/figures.ts';
import { instant } from '../../components/format.ts';

/** When it was registered and recorded, and what names it. */
export function Records({ study, view }: { readonly study: string; readonly view: VerdictView }) {
  return (
    <section aria-labelledby="records">
      <h2 id="records">Provenance</h2>
      {view.invalidatedSince > 0 && (
        <p className="notice">
          {plural(view.invalidatedSince, 'sample')} invalidated since. They still count in this
          verdict, which stands as it was recorded.
        </p>
      )}
      <dl>
        <dt>registered</dt>
        <dd>{registeredText(view.registration)}</dd>
        <dt>verdict recorded</dt>
        <dd>{instant(view.recordedAt)}</dd>
        <dt>sha256 of the verdict</dt>
        <dd>
          <code>{view.digest}</code>
        </dd>
        <dt>ledger root</dt>
        <dd>
          <code>{view.verdict.ledgerRoot}</code>
        </dd>
      </dl>
      <p className="row screen-only">
        <Link className="button" to="/s/$study/ledger" params={{ study }}>
          The ledger, and how to check it
        </Link>
        <Link className="button" to="/s/$study/leads" params={{ study }}>
          Leads: what to ask U next
        </Link>
        <button type="button" onClick={() => window.print()}>
          Print
        </button>
      </p>
    </section>
  );
}

function registeredText({ ok, frozenAt, seenBefore }: VerdictView['registration']): string {
  if (frozenAt === null) {
    return seenBefore === null
      ? 'not as it stands'
      : `only after ${plural(seenBefore, 'score')} of U ${seenBefore === 1 ? 'was' : 'were'} known`;
  }
  return ok ? instant(frozenAt) : `${instant(frozenAt)}, and changed after scores were known`;
}
