import { useId } from 'react';
import type { SampleView } from '../../../api/samples.ts';
import type { Role } from '../../../api/studies.ts';
import { decimal } from '../../../verdict/figures.ts';
import { ROLE_ORDER } from '../../components/roles.ts';

type Counterpart = SampleView['counterparts'][number];

const GROUPS: Readonly<Record<Role, string>> = {
  suspect: 'U and its students',
  twin: 'benign twins and their students',
  'positive-control': 'known-bad organism and its students',
};

/** Which model's answer to the same probe stands beside this one. */
export function CounterpartPicker({
  counterparts,
  beside,
  onBeside,
}: {
  readonly counterparts: readonly Counterpart[];
  readonly beside: number | undefined;
  readonly onBeside: (id: number | undefined) => void;
}) {
  const id = useId();
  if (counterparts.length === 0) return null;
  return (
    <span className="picker">
      <label htmlFor={id}>Beside it</label>
      <select
        id={id}
        value={beside ?? ''}
        onChange={({ target }) => onBeside(target.value === '' ? undefined : Number(target.value))}
      >
        <option value="">nothing</option>
        {ROLE_ORDER.map((role) => {
          const own = counterparts.filter((one) => one.role === role);
          return own.length === 0 ? null : (
            <optgroup key={role} label={GROUPS[role]}>
              {own.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.arm}, draw {one.draw}: {standing(one)}
                </option>
              ))}
            </optgroup>
          );
        })}
      </select>
    </span>
  );
}

function standing({ score, class: label }: Counterpart): string {
  return `${label ?? '—'}, ${score === null ? 'unscored' : decimal(score)}`;
}
