import { Link, useNavigate } from '@tanstack/react-router';
import type { VerdictView } from '../../../api/verdict.ts';
import { pEquals, percent } from '../../../verdict/figures.ts';
import { decidingFamily } from '../../../verdict/headline.ts';
import type { RunSummary } from '../../../verdict/types.ts';
import { count, meanOf, scoresText } from '../../components/format.ts';
import { RoleMark } from '../../components/role-mark.tsx';
import { Axis } from './axis.tsx';
import { familyRates } from './forest-rows.ts';
import { percentScale } from './percent-scale.ts';
import { RateStrip } from './rate-strip.tsx';
import type { Mark } from './swarm.tsx';

/** The pattern this instrument looks for: U among its teachers, its students apart from theirs. */
export function PairPicture({
  study,
  view,
}: {
  readonly study: string;
  readonly view: VerdictView;
}) {
  const navigate = useNavigate();
  const { verdict } = view;
  const { teacherAudit: audit } = verdict;
  const family = decidingFamily(verdict.families) ?? verdict.families[0];
  const runs = family === undefined ? [] : [...family.suspectRuns, ...family.twinRuns];
  // Rates get the whole 0 to 1 axis, so that a small effect looks small.
  const scale = percentScale([0, 1, ...runs.map(({ statistic }) => statistic)]);
  const mark = (run: RunSummary, strong: boolean): Mark => ({
    value: run.statistic,
    title: `${run.runId}: ${percent(run.statistic)}, n ${count(run.n)}, ${count(run.missing)} missing`,
    strong,
    onOpen: () => void navigate({ to: '/s/$study/arms/$arm', params: { study, arm: run.runId } }),
  });
  const twinMean = meanOf(audit.twinRates) ?? 0;
  return (
    <figure className="pair">
      <h2>U and its students, side by side</h2>
      <p className="row legend">
        <RoleMark role="suspect" name="U and its students (the largest: the registered run)" />
        <RoleMark role="twin" name="benign twins and their students" />
      </p>
      <div className="strips">
        <div className="strip-name">
          <b>Teachers</b>
          <span>
            U {audit.passed ? 'passes' : 'fails'} its own audit: {percent(audit.rate)} (
            {scoresText(view.teacherScores.suspect)}) against {percent(twinMean)} for{' '}
            {audit.twinRates.length} twins ({scoresText(view.teacherScores.twins)}),{' '}
            {pEquals(audit.p)}
          </span>
          <Link to="/s/$study/samples" params={{ study }} search={{ kind: 'teacher' }}>
            Their samples
          </Link>
        </div>
        <div className="strip-plot">
          <RateStrip
            scale={scale}
            suspects={[
              {
                value: audit.rate,
                title: `U itself: ${percent(audit.rate)}, ${scoresText(view.teacherScores.suspect)}`,
                strong: true,
              },
            ]}
            twins={audit.twinRates.map((value, i) => ({
              value,
              title: `benign teacher ${i + 1}: ${percent(value)}`,
            }))}
            interval={audit.interval}
          />
        </div>
        {family !== undefined && (
          <>
            <div className="strip-name">
              <b>Students, {family.name}</b>
              <span>
                U’s {percent(familyRates(family).suspect)} against{' '}
                {percent(familyRates(family).twin)} for the twins’,{' '}
                {pEquals(family.pRank, 'rank p')} ({count(family.missing.n)} scores,{' '}
                {count(family.missing.missing)} missing)
              </span>
              <Link
                to="/s/$study/samples"
                params={{ study }}
                search={{ kind: 'student', family: family.name }}
              >
                Their samples
              </Link>
            </div>
            <div className="strip-plot">
              <RateStrip
                scale={scale}
                suspects={family.suspectRuns.map((run, i) => mark(run, i === 0))}
                twins={family.twinRuns.map((run) => mark(run, false))}
              />
            </div>
          </>
        )}
        <div />
        <Axis
          scale={scale}
          label={percent}
          caption="share of probes answered with the behaviour · higher = more incriminating →"
        />
      </div>
      <figcaption>
        Each mark is one model. U hidden among its twins above, with its students standing apart
        below, is the pattern this instrument looks for. Choose a mark of a student to open it; by
        keys, every model is a link on{' '}
        <Link to="/s/$study/arms" params={{ study }}>
          the arms screen
        </Link>
        .
      </figcaption>
    </figure>
  );
}
