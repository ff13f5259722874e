import type { Role } from '../../../api/studies.ts';
import { swarmOffsets } from '../../../base/swarm.ts';
import { RoleShape } from '../../components/role-mark.tsx';
import type { PercentScale } from './percent-scale.ts';

/** One model as a mark. */
export interface Mark {
  readonly value: number;
  readonly title: string;
  /** Drawn larger: the registered run. */
  readonly strong?: boolean;
  readonly onOpen?: () => void;
}

// Widths differ by screen; marks are kept apart as if the picture were this wide.
const NOMINAL_PX = 460;

/** Marks of one role on a line; those of equal or near values are shifted up and down. */
export function Swarm({
  role,
  marks,
  scale,
  y,
  size,
  spread,
}: {
  readonly role: Role;
  readonly marks: readonly Mark[];
  readonly scale: PercentScale;
  readonly y: number;
  readonly size: number;
  /** Most that a mark is shifted, user units. */
  readonly spread: number;
}) {
  const xs = marks.map(({ value }) => (Number.parseFloat(scale.at(value)) / 100) * NOMINAL_PX);
  const offsets = swarmOffsets(xs, size * 2 + 1, spread);
  return (
    <>
      {marks.map(({ value, title, strong, onOpen }, i) => (
        <g key={i} onClick={onOpen} className={onOpen === undefined ? undefined : 'opens'}>
          <RoleShape
            role={role}
            x={scale.at(value)}
            y={y + (offsets[i] ?? 0)}
            size={strong === true ? size + 1.5 : size}
            title={title}
          />
        </g>
      ))}
    </>
  );
}
