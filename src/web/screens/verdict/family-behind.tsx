import { Link } from '@tanstack/react-router';
import type { VerdictView } from '../../../api/verdict.ts';
import { percent } from '../../../verdict/figures.ts';
import type { FamilyVerdict } from '../../../verdict/types.ts';
import { count } from '../../components/format.ts';
import { RoleMark } from '../../components/role-mark.tsx';

/** The models behind a row, each with its rate, and the way to them and to their samples. */
export function FamilyBehind({
  study,
  family,
  behind,
}: {
  readonly study: string;
  readonly family: FamilyVerdict;
  readonly behind: VerdictView['families'][number] | undefined;
}) {
  const runs = [
    ...family.suspectRuns.map((run) => ({ run, role: 'suspect' as const })),
    ...family.twinRuns.map((run) => ({ run, role: 'twin' as const })),
  ];
  const audit = behind === undefined ? {} : { audit: behind.audit };
  return (
    <div className="behind panel">
      <p>{family.reason}</p>
      {behind !== undefined && (
        <p className="soft small">
          Audit {behind.audit} · recipe {behind.recipe} · prompts {behind.promptSet} · base{' '}
          {behind.base}
        </p>
      )}
      <p className="row">
        <Link
          className="button"
          to="/s/$study/samples"
          params={{ study }}
          search={{ family: family.name, ...audit }}
        >
          All samples of this family
        </Link>
        <Link
          className="button"
          to="/s/$study/samples"
          params={{ study }}
          search={{ family: family.name, role: 'suspect', ...audit }}
        >
          Samples of U’s students
        </Link>
        <Link className="button" to="/s/$study/arms" params={{ study }}>
          All arms
        </Link>
      </p>
      <ul className="runs">
        {runs.map(({ run, role }) => (
          <li key={run.runId}>
            <Link to="/s/$study/arms/$arm" params={{ study, arm: run.runId }}>
              <RoleMark role={role} kind="student" name={run.runId} />
            </Link>{' '}
            <span className="soft">
              {percent(run.statistic)}, n {count(run.n)}, {count(run.missing)} missing
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
