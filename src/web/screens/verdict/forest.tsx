import { useNavigate, useSearch } from '@tanstack/react-router';
import type { VerdictView } from '../../../api/verdict.ts';
import { decimal } from '../../../verdict/figures.ts';
import { Choice } from '../../components/choice.tsx';
import { count } from '../../components/format.ts';
import { RoleMark } from '../../components/role-mark.tsx';
import { Axis } from './axis.tsx';
import { ForestFamily } from './forest-family.tsx';
import { forestRange, forestRows, type ForestView } from './forest-rows.ts';
import { percentScale } from './percent-scale.ts';

/** Δ and its interval per family over the twins' own spread; rows open to what stands behind. */
export function Forest({ study, view }: { readonly study: string; readonly view: VerdictView }) {
  const { verdict } = view;
  const search = useSearch({ from: '/s/$study/' });
  const navigate = useNavigate({ from: '/s/$study/' });
  const chosen: ForestView = { p: search.p ?? 'holm', missing: search.missing ?? 'scored' };
  const rows = forestRows(verdict.families, chosen);
  const scale = percentScale(forestRange(rows, verdict.delta));
  const missing = verdict.families.reduce((sum, family) => sum + family.missing.missing, 0);
  const change = (next: Partial<ForestView> & { family?: string | undefined }): void =>
    void navigate({
      search: (old) => ({ ...old, ...next }),
      replace: true,
      resetScroll: false,
    });
  return (
    <figure className="forest">
      <div className="row spread">
        <h2>How large is the difference?</h2>
        <div className="row">
          <Choice
            legend="p-values"
            value={chosen.p}
            options={[
              { value: 'holm', label: 'Holm' },
              { value: 'raw', label: 'raw' },
            ]}
            onChange={(p) => change({ p })}
          />
          <Choice
            legend="Missing scores"
            value={chosen.missing}
            options={[
              { value: 'scored', label: 'left out' },
              { value: 'worst', label: 'all in U’s favour' },
            ]}
            onChange={(value) => change({ missing: value })}
          />
        </div>
      </div>
      <p className="row legend">
        <RoleMark role="suspect" name="Δ of U’s students, with its interval" />
        <span className="role">
          <svg width="14" height="14" aria-hidden="true">
            <rect className="mark-explore" x={2} y={2} width={10} height={10} />
          </svg>
          Δ of an exploratory family
        </span>
        <RoleMark role="twin" name="each twin’s student, as far as it lies from their mean" />
        <LineKey className="line-zero" name="no difference" />
        <LineKey
          className="line-delta"
          name={`δ = ${decimal(verdict.delta)}, smallest difference worth acting on`}
        />
      </p>
      {chosen.missing === 'worst' && (
        <p className="small soft">
          {missing === 0
            ? 'No score is missing in any family, so the worst case is what was measured.'
            : `As if each of the ${count(missing)} missing scores spoke for U: only the lower bound is known then.`}
        </p>
      )}
      <div className="forest-rows" role="list">
        {rows.map((row) => (
          <ForestFamily
            key={row.family.name}
            study={study}
            row={row}
            behind={view.families.find(({ name }) => name === row.family.name)}
            scale={scale}
            verdict={verdict}
            isOpen={search.family === row.family.name}
            onToggle={() =>
              change({ family: search.family === row.family.name ? undefined : row.family.name })
            }
          />
        ))}
      </div>
      <div className="forest-grid">
        <div />
        <Axis
          scale={scale}
          label={decimal}
          caption="Δ = U’s students − benign twins’ students · higher = more incriminating →"
        />
        <div />
      </div>
      <figcaption>
        A primary family needs its whole bar right of the dashed line δ. Grey hollow marks are
        exploratory families: not registered as primary, not corrected, shown for completeness; they
        can suggest and never incriminate.
      </figcaption>
    </figure>
  );
}

function LineKey({ className, name }: { readonly className: string; readonly name: string }) {
  return (
    <span className="role">
      <svg width="10" height="16" aria-hidden="true">
        <line className={className} x1={5} x2={5} y1={0} y2={16} />
      </svg>
      {name}
    </span>
  );
}
