import './arm.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ArmView } from '../../../api/arms.ts';
import { armQuery } from '../../client/arm-queries.ts';
import { Badge, ExploratoryBadge } from '../../components/badge.tsx';
import { count } from '../../components/format.ts';
import { Loaded } from '../../components/loaded.tsx';
import { RoleMark } from '../../components/role-mark.tsx';
import { Screen } from '../../components/screen.tsx';
import { ArmCurves } from './arm-curves.tsx';
import { ArmData } from './arm-data.tsx';
import { ArmFigures } from './arm-figures.tsx';
import { AuditBars } from './audit-bars.tsx';
import { Counterparts } from './counterparts.tsx';
import { TransferWindow } from './transfer-window.tsx';

/** One model: what it was taught, how it was trained, what audits found, beside its counterparts. */
export function ArmScreen() {
  const { study, arm } = useParams({ from: '/s/$study/arms/$arm' });
  const query = useQuery(armQuery(study, arm));
  return (
    <Screen
      title={`${arm} · ${study}`}
      heading={arm}
      kicker={
        <Link to="/s/$study/arms" params={{ study }}>
          ← all arms
        </Link>
      }
      actions={
        <>
          <Link className="button" to="/s/$study/samples" params={{ study }} search={{ arm }}>
            Its samples
          </Link>
          {query.data?.data != null && (
            <Link className="button" to="/s/$study/arms/$arm/data" params={{ study, arm }}>
              Its training data
            </Link>
          )}
        </>
      }
    >
      <Loaded query={query} what="Reading the arm">
        {(view) => (
          <>
            <Identity view={view} />
            <ArmFigures view={view} />
            <ArmData study={study} arm={arm} view={view} />
            <ArmCurves view={view} />
            {view.transfer !== null && (
              <TransferWindow transfer={view.transfer} metrics={view.metrics} />
            )}
            <AuditBars study={study} arm={arm} audits={view.audits} />
            <Counterparts study={study} view={view} />
          </>
        )}
      </Loaded>
    </Screen>
  );
}

function Identity({ view: { arm } }: { readonly view: ArmView }) {
  const facts = [
    ['teacher', arm.teacher],
    ['family', arm.family],
    ['recipe', arm.recipe],
    ['prompts', arm.promptSet],
    ['base', arm.base],
    ['seed', String(arm.seed)],
  ].filter((fact): fact is [string, string] => fact[1] !== null);
  return (
    <p className="row identity">
      <RoleMark role={arm.role} kind={arm.kind} />
      {arm.primary ? (
        <Badge tone="strong">primary family</Badge>
      ) : (
        arm.family !== null && <ExploratoryBadge />
      )}
      {facts.map(([name, value]) => (
        <span key={name}>
          <span className="soft">{name}</span> {value}
        </span>
      ))}
      <span className="soft">
        {count(arm.steps.done)} of {count(arm.steps.total)} steps done
      </span>
    </p>
  );
}
