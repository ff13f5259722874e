import './ledger.css';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useId } from 'react';
import { ledgerQuery } from '../../client/ledger-query.ts';
import { count, instant } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Screen } from '../../components/screen.tsx';
import { Timeline } from './timeline.tsx';
import { Verify } from './verify.tsx';
import { PAGE_EVENTS } from './use-ledger-events.ts';

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
            <Registered study={study} />
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

/** That the analysis was fixed before there was anything to fix it by. */
function Registered({ study }: { readonly study: string }) {
  const registered = useQuery(ledgerQuery(study, { type: 'preregistered', offset: 0, limit: 1 }))
    .data?.events[0];
  const step = useQuery(ledgerQuery(study, { type: 'step-finished', offset: 0, limit: 1 })).data
    ?.events[0];
  if (registered === undefined) {
    return (
      <p className="registered" data-ok={step === undefined}>
        {step === undefined
          ? 'Nothing has been registered and nothing computed yet.'
          : 'No preregistration is on the ledger, though steps are: no verdict can rest on them.'}
      </p>
    );
  }
  const before = step === undefined || registered.seq < step.seq;
  return (
    <p className="registered" data-ok={before}>
      <b>{before ? 'Registered before the first score.' : 'Registered after work had begun.'}</b>{' '}
      Event {registered.seq}, {instant(registered.time)}, fixes hypotheses, arms, audits and tests
      {step === undefined
        ? '; no step has finished yet.'
        : `; the first step finished at event ${step.seq}, ${instant(step.time)}.`}
    </p>
  );
}
