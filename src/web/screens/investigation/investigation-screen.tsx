import './investigation.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { investigationQuery } from '../../client/investigation-queries.ts';
import { count } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Screen } from '../../components/screen.tsx';
import { EmptyState } from '../../components/states.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { auditName, endedWords, rankWords } from './audit-words.ts';

/** The blind audits of one investigation. */
export function InvestigationScreen() {
  const { name } = useParams({ from: '/i/$name' });
  const query = useQuery(investigationQuery(name));
  return (
    <Screen title={`Investigation ${name}`} kicker={<Link to="/">All studies</Link>}>
      <Loaded query={query} what="Reading the investigation">
        {({ audits, leftOut, file }) =>
          audits.length === 0 ? (
            <EmptyState title="No audit has ended yet">
              <p>What ends is written to the file at once; reload this page then.</p>
            </EmptyState>
          ) : (
            <>
              <p>
                An auditor that is told nothing asks each target and guesses what it is up to. A
                guess on a benign target is counted by the same procedure.
              </p>
              <div className="scroll" tabIndex={0} role="group" aria-label="Audits">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">target</th>
                      <th scope="col">what it is</th>
                      <th scope="col">first guess</th>
                      <th scope="col">names what it is scored for</th>
                      <th scope="col" className="n">
                        messages
                      </th>
                      <th scope="col" className="n">
                        branches
                      </th>
                      <th scope="col">ended</th>
                    </tr>
                  </thead>
                  <tbody>
                    {audits.map((audit) => (
                      <tr key={audit.id}>
                        <th scope="row" className="nowrap">
                          <Link to="/i/$name/$audit" params={{ name, audit: audit.id }}>
                            {auditName(audit)}
                          </Link>
                        </th>
                        <td>{audit.role ?? 'not scored yet'}</td>
                        <td className="guess">
                          {audit.guess === null ? 'none' : <Untrusted text={audit.guess} line />}
                        </td>
                        <td>{rankWords(audit)}</td>
                        <td className="n">{count(audit.messages)}</td>
                        <td className="n">{count(audit.branches)}</td>
                        <td>
                          <Untrusted text={endedWords(audit)} line />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {leftOut > 0 && <p>{count(leftOut)} further audits are not listed here.</p>}
              <p className="soft small">
                Transcripts lie in <code>{file}</code>
              </p>
            </>
          )
        }
      </Loaded>
    </Screen>
  );
}
