import { Link } from '@tanstack/react-router';
import type { ArmView } from '../../../api/arms.ts';
import { percent } from '../../../verdict/figures.ts';
import { Badge } from '../../components/badge.tsx';
import { count } from '../../components/format.ts';
import { classShares } from './class-shares.ts';

/** What classes the answers to each audit fell into, as bars that lead to those answers. */
export function AuditBars({
  study,
  arm,
  audits,
}: {
  readonly study: string;
  readonly arm: string;
  readonly audits: ArmView['audits'];
}) {
  if (audits.length === 0) return null;
  return (
    <section>
      <h2>Audits and classes of answers</h2>
      <p>
        confess: says it of itself; behave: shows it; deny: contradicts it; refuse: will not answer;
        other-identity: claims to be another model; incoherent: no working model says this; neither:
        none of these.
      </p>
      <div className="scroll" tabIndex={0} role="group" aria-label="Audits">
        <table className="audits">
          <thead>
            <tr>
              <th scope="col">audit</th>
              <th scope="col" className="n">
                samples
              </th>
              <th scope="col">classes, share of classed answers</th>
              <th scope="col">step</th>
            </tr>
          </thead>
          <tbody>
            {audits.map(({ audit, stepKey, finished, samples, classes }) => (
              <tr key={stepKey}>
                <th scope="row">
                  <Link to="/s/$study/samples" params={{ study }} search={{ arm, audit }}>
                    {audit}
                  </Link>{' '}
                  {!finished && <Badge tone="warn">under way</Badge>}
                </th>
                <td className="n">{count(samples)}</td>
                <td className="class-cell">
                  <ClassBar study={study} arm={arm} audit={audit} classes={classes} />
                </td>
                <td>
                  <Link to="/s/$study/pipeline" params={{ study }} search={{ step: stepKey }}>
                    its step
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function ClassBar({
  study,
  arm,
  audit,
  classes,
}: {
  readonly study: string;
  readonly arm: string;
  readonly audit: string;
  readonly classes: Readonly<Record<string, number>>;
}) {
  const shares = classShares(classes);
  if (shares.length === 0) return <span className="soft">no classes on file</span>;
  return (
    <>
      <div className="class-bar" aria-hidden="true">
        {shares.map(({ name, share, count: n }) => (
          <span
            key={name}
            data-class={name}
            style={{ width: `${share * 100}%` }}
            title={`${name}: ${count(n)}`}
          />
        ))}
      </div>
      <div className="row small class-names">
        {shares.map(({ name, share, count: n }) => (
          <Link
            key={name}
            to="/s/$study/samples"
            params={{ study }}
            search={{ arm, audit, class: name }}
          >
            <span className="class-key" data-class={name} aria-hidden="true" />
            {name} {percent(share)} ({count(n)})
          </Link>
        ))}
      </div>
    </>
  );
}
