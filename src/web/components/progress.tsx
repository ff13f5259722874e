import { count } from './format.ts';

/** How much is done, as a bar and in figures. */
export function Progress({
  done,
  total,
  label,
}: {
  readonly done: number;
  readonly total: number;
  readonly label: string;
}) {
  const share = total === 0 ? 0 : Math.min(1, done / total);
  return (
    <div
      className="bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      aria-valuetext={`${count(done)} of ${count(total)}`}
      title={`${label}: ${count(done)} of ${count(total)}`}
    >
      <span style={{ width: `${share * 100}%` }} />
    </div>
  );
}
