import type { VerdictView } from '../../../api/verdict.ts';
import { limits } from '../../../verdict/words.ts';
import { Screen } from '../../components/screen.tsx';
import { useOpenOnPaper } from '../../components/use-printing.ts';
import { ChangeList } from './change-list.tsx';
import { FamilyFigures } from './family-figures.tsx';
import { Forest } from './forest.tsx';
import { GatesTable } from './gates-table.tsx';
import { Looks } from './looks.tsx';
import { OutcomeHead } from './outcome-head.tsx';
import { PairPicture } from './pair-picture.tsx';
import { PowerTable } from './power-table.tsx';
import { Records } from './records.tsx';

/** A verdict from its sentence down to the figures; sections and words follow the report. */
export function VerdictPage({
  study,
  view,
}: {
  readonly study: string;
  readonly view: VerdictView;
}) {
  const { verdict } = view;
  useOpenOnPaper();
  return (
    <Screen
      title={`${verdict.outcome} · ${study}`}
      heading={verdict.headline}
      kicker={`Verdict of study ${study}`}
    >
      <OutcomeHead view={view} />
      <PairPicture study={study} view={view} />
      <Forest study={study} view={view} />
      <div className="columns">
        <section aria-labelledby="gates">
          <h2 id="gates">Gates: may this result be trusted?</h2>
          <GatesTable gates={verdict.gates} />
        </section>
        <div>
          <section aria-labelledby="change">
            <h2 id="change">What would change this verdict</h2>
            <ChangeList verdict={verdict} />
          </section>
          {verdict.sequential !== undefined && (
            <section aria-labelledby="looks">
              <h2 id="looks">Looks: where this study stands</h2>
              <Looks state={verdict.sequential} />
            </section>
          )}
          <section aria-labelledby="power">
            <h2 id="power">Power: what this study could have seen</h2>
            <PowerTable verdict={verdict} />
          </section>
        </div>
      </div>
      <section aria-labelledby="families">
        <h2 id="families">Families: every figure behind the outcome</h2>
        <FamilyFigures verdict={verdict} />
      </section>
      <section aria-labelledby="limits">
        <h2 id="limits">Assumptions and limits</h2>
        <ul>
          {limits(verdict).map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </section>
      <Records study={study} view={view} />
    </Screen>
  );
}
