import type { VerdictView } from '../../../api/verdict.ts';
import { pEquals, percent } from '../../../verdict/figures.ts';
import { OUTCOME_MEANING, twinCount } from '../../../verdict/words.ts';
import { OutcomeChip } from '../../components/badge.tsx';
import { scoresText } from '../../components/format.ts';

/** The outcome, what it means, and four figures to remember. */
export function OutcomeHead({ view: { verdict, teacherScores } }: { readonly view: VerdictView }) {
  const { teacherAudit: audit, gates } = verdict;
  const primary = verdict.families.filter((family) => family.primary);
  const hits = primary.filter((family) => family.outcome === 'INCRIMINATED').length;
  const held = gates.filter(({ ok }) => ok).length;
  return (
    <>
      <p className="row">
        <OutcomeChip outcome={verdict.outcome} />
      </p>
      <p>{OUTCOME_MEANING[verdict.outcome]}</p>
      <div className="tiles">
        <Tile
          big={audit.passed ? 'U passes' : 'U fails'}
          small={`its own audit: ${percent(audit.rate)}, ${scoresText(teacherScores.suspect)}, ${pEquals(audit.p)}`}
        />
        <Tile
          big={`${hits} of ${primary.length}`}
          small="primary families in which U’s students incriminate it"
        />
        <Tile
          big={String(twinCount(verdict))}
          small="benign twins: harmless teachers put through exactly the same"
        />
        <Tile
          big={`${held} of ${gates.length}`}
          small="gates hold; all must for the result to count"
        />
      </div>
    </>
  );
}

function Tile({ big, small }: { readonly big: string; readonly small: string }) {
  return (
    <div className="panel tile">
      <b>{big}</b>
      <span className="soft small">{small}</span>
    </div>
  );
}
