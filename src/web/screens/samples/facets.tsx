import { useState } from 'react';
import type { Snapshot } from '../../../api/samples.ts';
import { roleSchema } from '../../../api/studies.ts';
import { compareNames, count } from '../../components/format.ts';
import { TEACHERS } from '../../components/roles.ts';
import { Untrusted } from '../../components/untrusted.tsx';
import type { SampleFilter } from './filter/parse-filter.ts';

type FacetName = keyof Snapshot['facets'];

const TITLES: readonly { readonly name: FacetName; readonly title: string }[] = [
  { name: 'role', title: 'Side' },
  { name: 'audit', title: 'Audit' },
  { name: 'condition', title: 'Condition' },
  { name: 'class', title: 'Class' },
  { name: 'status', title: 'Status' },
  { name: 'arm', title: 'Arm' },
];
const FIRST_SHOWN = 10;
/** Where there is room beside the list they stand open. */
const WIDE = '(min-width: 1101px)';

/** What there is under this filter, with counts; a click narrows or widens. */
export function Facets({
  facets,
  filter,
  onToggle,
}: {
  readonly facets: Snapshot['facets'];
  readonly filter: SampleFilter;
  readonly onToggle: (name: FacetName, value: string | undefined) => void;
}) {
  const [isWide] = useState(() => window.matchMedia(WIDE).matches);
  return (
    <details className="facets-place" open={isWide}>
      <summary>Narrow by side, audit, condition, class, status or arm</summary>
      <div className="facets">
        {TITLES.map(({ name, title }) => (
          <Facet
            key={name}
            title={title}
            isRole={name === 'role'}
            values={inOrder(name, facets[name])}
            chosen={filter[name]}
            onToggle={(value) => onToggle(name, value)}
          />
        ))}
      </div>
    </details>
  );
}

/** Arms by name, everything else by how much there is of it. */
function inOrder(
  name: FacetName,
  values: Snapshot['facets'][FacetName],
): Snapshot['facets'][FacetName] {
  return values.toSorted((a, b) =>
    name === 'arm' ? compareNames(a.value, b.value) : b.count - a.count,
  );
}

function Facet({
  title,
  isRole,
  values,
  chosen,
  onToggle,
}: {
  readonly title: string;
  readonly isRole: boolean;
  readonly values: readonly { readonly value: string; readonly count: number }[];
  readonly chosen: string | undefined;
  readonly onToggle: (value: string | undefined) => void;
}) {
  const [all, setAll] = useState(false);
  const known =
    chosen === undefined || values.some(({ value }) => value === chosen)
      ? values
      : [{ value: chosen, count: 0 }, ...values];
  if (known.length === 0) return null;
  const shown = all ? known : known.slice(0, FIRST_SHOWN);
  return (
    <fieldset className="facet">
      <legend>{title}</legend>
      <div className="facet-values">
        {shown.map(({ value, count: samples }) => (
          <button
            key={value}
            type="button"
            aria-pressed={value === chosen}
            title={value}
            onClick={() => onToggle(value === chosen ? undefined : value)}
          >
            <span className="facet-name">
              {isRole ? <RoleName value={value} /> : <Untrusted text={value} line />}
            </span>
            <span className="n">{count(samples)}</span>
          </button>
        ))}
      </div>
      {known.length > FIRST_SHOWN && (
        <button type="button" className="more" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${count(known.length)}`}
        </button>
      )}
    </fieldset>
  );
}

function RoleName({ value }: { readonly value: string }) {
  const role = roleSchema.safeParse(value);
  return role.success ? TEACHERS[role.data] : <Untrusted text={value} line />;
}
