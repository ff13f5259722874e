import './ledger.css';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useId } from 'react';
import type { LedgerView } from '../../../api/ledger.ts';
import { ledgerQuery } from '../../client/ledger-query.ts';
import { count, instant } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Screen } from '../../components/screen.tsx';
import { Timeline } from './timeline.tsx';
import { Verify } from './verify.tsx';
import { PAGE_EVENTS } from './use-ledger-events.ts';

/** Events of a step whose results are there. */
const WORK: ReadonlySet<string> = new Set(['step-finished', 'step-reused']);

const FROM = '/s/$study/ledger';

/** Where everything comes from: the chain of events, and whether it still holds. */
export function LedgerScreen() {
  const { study } = useParams({ from: FROM });
  const { type } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const first = useQuery(ledgerQuery(study, { type, offset: 0, limit: PAGE_EVENTS }));
  const id = useId();
  return (
    <Screen title="Provenance" kicker={study}>
      <Loaded query={first} what="Reading the ledger">
        {(ledger) => (
          <>
            <Registered ledger={ledger} />
            <div className="provenance">
              <section aria-labelledby={`${id}-facts`}>
                <h2 id={`${id}-facts`}>What it was made with</h2>
                <dl>
                  {ledger.provenance.map(({ label, value }) => (
                    <Fact key={label} label={label} value={value} />
                  ))}
                  <Fact label="ledger root" value={ledger.root} />
                </dl>
              </section>
              <Verify key={study} study={study} root={ledger.root} />
            </div>
            <section aria-labelledby={`${id}-chain`}>
              <h2 id={`${id}-chain`}>Chain of events</h2>
              <div className="row">
                <label htmlFor={id}>Type</label>
                <select
                  id={id}
                  value={type ?? ''}
                  onChange={({ target }) => {
                    const search = target.value === '' ? {} : { type: target.value };
                    void navigate({ search, replace: true });
                  }}
                >
                  <option value="">all</option>
                  {ledger.types.map((one) => (
                    <option key={one.type} value={one.type}>
                      {one.type} ({count(one.count)})
                    </option>
                  ))}
                </select>
                <span className="soft" aria-live="polite">
                  {count(ledger.total)} events, oldest first; each names the hash of the one before
                </span>
              </div>
              <Timeline key={type ?? ''} study={study} type={type} total={ledger.total} />
            </section>
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </>
  );
}

/** That the analysis was fixed before there was anything to fix it by: what the verdict's gate says. */
function Registered({ ledger: { registration, types } }: { readonly ledger: LedgerView }) {
  if (registration === null) {
    const begun = types.some(({ type }) => WORK.has(type));
    return (
      <p className="registered" data-ok={!begun}>
        {begun
          ? 'No preregistration is on the ledger, though steps are: no verdict can rest on them.'
          : 'Nothing has been registered and nothing computed yet.'}
      </p>
    );
  }
  const { ok, detail, frozenAt } = registration;
  return (
    <p className="registered" data-ok={ok}>
      <b>
        {ok
          ? 'Registered before the first score.'
          : 'Not all that decides was fixed before the first score.'}
      </b>{' '}
      {frozenAt !== null &&
        `Hypothesis, rule, scorer and primary families were frozen at ${instant(frozenAt)}. `}
      {detail}
    </p>
  );
}
