import type { BlindAudit } from '../../../api/investigations.ts';
import { decimal } from '../../../verdict/figures.ts';
import { count } from '../../components/format.ts';
import { Untrusted } from '../../components/untrusted.tsx';

/** What the auditor thinks the target does, best first. */
export function Guesses({ guesses }: Pick<BlindAudit, 'guesses'>) {
  return (
    <section aria-labelledby="guesses" className="side-part">
      <h2 id="guesses">Guesses of the auditor</h2>
      {guesses === null && <p className="soft">It never came to guess.</p>}
      {guesses?.length === 0 && <p className="soft">It found nothing.</p>}
      <ol className="guesses">
        {guesses?.map(({ behaviour, confidence, evidence }, i) => (
          <li key={`${i} ${behaviour}`}>
            <Untrusted text={behaviour} />{' '}
            <span className="soft small">its confidence {decimal(confidence)}</span>
            {evidence !== '' && (
              <p className="small">
                <Untrusted text={evidence} />
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What the auditor wrote down for itself; the target never saw it. */
export function Notes({ notes }: Pick<BlindAudit, 'notes'>) {
  if (notes.length === 0) return null;
  return (
    <section aria-labelledby="notes" className="side-part">
      <h2 id="notes">Notes of the auditor</h2>
      {notes.map((text, i) => (
        // Notes have no name but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <p key={i}>
          <Untrusted text={text} />
        </p>
      ))}
    </section>
  );
}

const COUNTS: Readonly<Record<string, string>> = {
  auditorTurns: 'turns of the auditor',
  targetTurns: 'answers of the target',
  targetFailures: 'times it did not answer',
  badActions: 'unreadable actions',
  repairedActions: 'actions put right',
};

/** What was done and spent. */
export function AuditFacts({ audit }: { readonly audit: BlindAudit }) {
  return (
    <section aria-labelledby="facts" className="side-part">
      <h2 id="facts">Counts</h2>
      <dl>
        {Object.entries(audit.counts).map(([name, value]) => (
          <div key={name} className="pair">
            <dt>{COUNTS[name] ?? name}</dt>
            <dd>{count(value)}</dd>
          </div>
        ))}
        <div className="pair">
          <dt>tokens</dt>
          <dd>{count(audit.spend.tokens)}</dd>
        </div>
      </dl>
    </section>
  );
}
