import '../transcript/transcript.css';
import './investigation.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { BlindAudit } from '../../../api/investigations.ts';
import { blindAuditQuery } from '../../client/investigation-queries.ts';
import { Badge } from '../../components/badge.tsx';
import { Choice } from '../../components/choice.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Screen } from '../../components/screen.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { useKeys } from '../../shell/use-keys.ts';
import { BranchPicker } from '../transcript/branch-picker.tsx';
import { Conversation } from '../transcript/conversation.tsx';
import { findingsOf, nextFinding } from '../transcript/findings.ts';
import { JudgePane } from '../transcript/judge-pane.tsx';
import { useCopyLink } from '../transcript/use-copy-link.ts';
import { AuditFacts, Guesses, Notes } from './audit-facts.tsx';
import { auditName, endedWords } from './audit-words.ts';

const FROM = '/i/$name/$audit';

/** One blind audit: the conversation with all its branches, and what the auditor made of it. */
export function BlindAuditScreen() {
  const { name, audit } = useParams({ from: FROM });
  const { view = 'auditor', message } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const router = useRouter();
  const query = useQuery(blindAuditQuery(name, audit));
  const [quote, setQuote] = useState<string>();
  const link = useCopyLink();
  const show = (change: { view?: 'target' | 'auditor'; message?: number }): void => {
    void navigate({ search: { view, message, ...change }, replace: true });
  };
  const goTo = (at: number, words?: string): void => {
    setQuote(words);
    show({ message: at });
  };
  const copy = (at: number): void => {
    const { href } = router.buildLocation({
      to: FROM,
      params: { name, audit },
      search: { view, message: at },
    });
    link.copy(href, at);
  };
  const findings = query.data === undefined ? [] : findingsOf(query.data);
  const leap = (by: 1 | -1): void => {
    const next = nextFinding(findings, message, by);
    if (next !== undefined) goTo(next.message, next.quote);
  };
  useKeys('findings', { next: () => leap(1), previous: () => leap(-1) });
  return (
    <Loaded query={query} what="Reading the audit">
      {(data) => (
        <Screen
          title={auditName(data.row)}
          kicker={<Kicker name={name} data={data} />}
          actions={data.row.role === null ? undefined : <Badge>{data.row.role}</Badge>}
        >
          <div className="row transcript-tools">
            <Choice
              legend="View"
              value={view}
              options={[
                { value: 'auditor', label: 'auditor' },
                { value: 'target', label: 'target, exactly what it saw' },
              ]}
              onChange={(next) => show({ view: next })}
            />
            <BranchPicker nodes={data.transcript.nodes} message={message} onPlace={goTo} />
            <span className="soft small">
              <kbd>j</kbd> <kbd>k</kbd> next and previous finding ({findings.length})
            </span>
            <span role="status" className="small">
              {link.said}
            </span>
          </div>
          <div className="transcript">
            <section className="column" aria-label="Conversation with the target">
              <Conversation
                shown={data}
                whole={<code>{data.file}</code>}
                view={view}
                place={{ message, quote }}
                label="Conversation with the target"
                onPlace={goTo}
                onCopy={copy}
              />
            </section>
            <aside className="side" aria-label="Guesses, judgements and notes">
              <Guesses guesses={data.guesses} />
              <JudgePane judgements={data.judgements} onCite={goTo} />
              <Notes notes={data.notes} />
              <AuditFacts audit={data} />
            </aside>
          </div>
        </Screen>
      )}
    </Loaded>
  );
}

function Kicker({ name, data }: { readonly name: string; readonly data: BlindAudit }) {
  return (
    <>
      <Link to="/i/$name" params={{ name }}>
        {name}
      </Link>
      , <Untrusted text={endedWords(data.row)} line />
      {data.behaviour !== null && (
        <>
          {' · scored for: '}
          <Untrusted text={data.behaviour} line />
        </>
      )}
    </>
  );
}
