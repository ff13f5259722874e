import { Link } from '@tanstack/react-router';
import type { LeadView } from '../../../api/leads.ts';
import { rateWithN } from '../../components/format.ts';
import { Untrusted } from '../../components/untrusted.tsx';
import { Dumbbell } from './dumbbell.tsx';

const OUTCOMES = {
  confirmed: 'confirmed on U',
  refuted: 'refuted on U',
  open: 'open: too few answers to tell',
} as const;

/** One lead: the prompt, the rates that make it one, and what U itself answered. */
export function LeadCard({ study, lead }: { readonly study: string; readonly lead: LeadView }) {
  const { rank, prompt, probeId, cluster, family, n, replay } = lead;
  return (
    <li className="lead">
      <div className="lead-words">
        <span className="lead-rank">{rank}</span>
        <div>
          <p>
            <Untrusted text={prompt} />
          </p>
          <p className="soft small">
            probe {probeId}, cluster {cluster}, {family};{' '}
            <Link to="/s/$study/samples" params={{ study }} search={{ probe: probeId }}>
              samples of this probe
            </Link>
          </p>
        </div>
      </div>
      <div className="lead-rates">
        <Dumbbell lead={lead} />
        <p className="soft small">n {n} samples of U’s students</p>
      </div>
      <div className="lead-replay">
        {replay === null ? (
          <p className="soft">not replayed</p>
        ) : (
          <>
            <p data-outcome={replay.outcome} className="lead-outcome">
              {OUTCOMES[replay.outcome]}
            </p>
            <table>
              <thead>
                <tr>
                  <th scope="col">asked</th>
                  <th scope="col" className="n">
                    U
                  </th>
                  <th scope="col" className="n">
                    benign teachers
                  </th>
                </tr>
              </thead>
              <tbody>
                {replay.contexts.map(({ condition, suspect, twins }) => (
                  <tr key={condition}>
                    <th scope="row">{condition}</th>
                    <td className="n">{rateWithN(suspect)}</td>
                    <td className="n">{rateWithN(twins)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </div>
    </li>
  );
}
