import type { Role } from '../../api/studies.ts';
import { STUDENTS, TEACHERS } from './roles.ts';

/** Shape of a role inside a picture: filled square, hollow circle, diamond. `x` may be a share. */
export function RoleShape({
  role,
  x,
  y,
  size,
  title,
}: {
  readonly role: Role;
  /** Horizontal centre: user units, or a percentage of the picture. */
  readonly x: number | string;
  readonly y: number;
  /** Half the width of the mark, user units. */
  readonly size: number;
  readonly title?: string;
}) {
  const hint = title === undefined ? null : <title>{title}</title>;
  // A nested svg takes a percentage as its place, which polygons do not.
  return (
    <svg x={x} y={y} overflow="visible" className={`shape-${role}`}>
      {role === 'twin' ? (
        <circle className="mark-twin" r={size}>
          {hint}
        </circle>
      ) : role === 'suspect' ? (
        <rect className="mark-suspect" x={-size} y={-size} width={2 * size} height={2 * size}>
          {hint}
        </rect>
      ) : (
        <polygon
          className="mark-positive-control"
          points={`0,${-size * 1.2} ${size * 1.2},0 0,${size * 1.2} ${-size * 1.2},0`}
        >
          {hint}
        </polygon>
      )}
    </svg>
  );
}

/** Shape, colour and name of a role; `name` replaces the usual name, e.g. by that of the model. */
export function RoleMark({
  role,
  kind = 'teacher',
  name,
}: {
  readonly role: Role;
  readonly kind?: 'teacher' | 'student';
  readonly name?: string;
}) {
  const usual = kind === 'teacher' ? TEACHERS[role] : STUDENTS[role];
  return (
    <span className="role" title={usual}>
      <svg width="14" height="14" aria-hidden="true">
        <RoleShape role={role} x={7} y={7} size={5} />
      </svg>
      <span>{name ?? usual}</span>
    </span>
  );
}
