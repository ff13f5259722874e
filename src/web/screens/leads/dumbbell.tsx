import type { LeadView } from '../../../api/leads.ts';
import { percent } from '../../../verdict/figures.ts';
import { RoleShape } from '../../components/role-mark.tsx';

const HEIGHT_PX = 62;
const LINE_PX = 26;

/** Rates on one line from 0% to 100%: twins' students, U's students, and U itself where asked. */
export function Dumbbell({
  lead: { suspectRate, twinRate, teacherRate },
}: {
  readonly lead: Pick<LeadView, 'suspectRate' | 'twinRate' | 'teacherRate'>;
}) {
  const x = (rate: number): string => `${rate * 100}%`;
  const own = teacherRate === null ? 'not asked' : percent(teacherRate);
  const label = `U’s students ${percent(suspectRate)}, twins’ students ${percent(twinRate)}, U itself ${own}`;
  return (
    <figure className="dumbbell">
      <p className="small">{label}</p>
      <svg
        height={HEIGHT_PX}
        role="img"
        aria-label={`${label}. Further right is more of the behaviour.`}
      >
        <line className="line-rule" x1="0" x2="100%" y1={LINE_PX} y2={LINE_PX} />
        <line
          className="line-suspect"
          x1={x(twinRate)}
          x2={x(suspectRate)}
          y1={LINE_PX}
          y2={LINE_PX}
        />
        {teacherRate !== null && (
          <g>
            <line className="line-zero" x1={x(teacherRate)} x2={x(teacherRate)} y1="12" y2="40" />
            <text x={x(teacherRate)} y="9" textAnchor={anchor(teacherRate)}>
              U
            </text>
          </g>
        )}
        <RoleShape
          role="twin"
          x={x(twinRate)}
          y={LINE_PX}
          size={6}
          title={`twins’ students ${percent(twinRate)}`}
        />
        <RoleShape
          role="suspect"
          x={x(suspectRate)}
          y={LINE_PX}
          size={5.5}
          title={`U’s students ${percent(suspectRate)}`}
        />
        <text className="soft" x="0" y={HEIGHT_PX - 4}>
          0%
        </text>
        <text className="soft" x="50%" y={HEIGHT_PX - 4} textAnchor="middle">
          behaviour → more concerning
        </text>
        <text className="soft" x="100%" y={HEIGHT_PX - 4} textAnchor="end">
          100%
        </text>
      </svg>
    </figure>
  );
}

function anchor(rate: number): 'start' | 'middle' | 'end' {
  if (rate < 0.02) return 'start';
  return rate > 0.98 ? 'end' : 'middle';
}
