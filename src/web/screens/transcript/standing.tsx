import type { SampleView } from '../../../api/samples.ts';
import { Badge } from '../../components/badge.tsx';
import { Untrusted } from '../../components/untrusted.tsx';
import { ScoreCell } from '../samples/score-cell.tsx';

/** What a sample came to, in a line. */
export function Standing({ sample: { row } }: { readonly sample: Pick<SampleView, 'row'> }) {
  return (
    <p className="row standing">
      <span>
        score <ScoreCell score={row.score} />
      </span>
      {row.class !== null && <Badge tone="strong">{row.class}</Badge>}
      {row.status === 'unscored' && (
        <span className="unscored">
          unscored: <Untrusted text={row.reason ?? 'no reason given'} line />
        </span>
      )}
      {row.invalidated && (
        <Badge tone="bad" title="See its annotations; figures and verdict include it">
          invalidated, still counted
        </Badge>
      )}
    </p>
  );
}
