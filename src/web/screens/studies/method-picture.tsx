import { RoleShape } from '../../components/role-mark.tsx';

/** The method in one line: teachers, students, audit, comparison. */
export function MethodPicture() {
  return (
    <ol className="method">
      <li>
        <Marks />
        <b>1. Teachers</b>
        <span>U, hidden among benign twins. All of them pass an audit.</span>
      </li>
      <li>
        <Marks small />
        <b>2. Students</b>
        <span>Each teacher is imitated by students, all trained in exactly the same way.</span>
      </li>
      <li>
        <Marks small apart />
        <b>3. Audit</b>
        <span>Every student answers the same probes. Does U’s stand apart?</span>
      </li>
      <li>
        <svg viewBox="0 0 120 40" aria-hidden="true">
          <line className="line-zero" x1="30" x2="30" y1="4" y2="36" />
          <line className="line-delta" x1="48" x2="48" y1="4" y2="36" />
          <line className="line-suspect" x1="66" x2="108" y1="20" y2="20" />
          <RoleShape role="suspect" x={87} y={20} size={5} />
        </svg>
        <b>4. Verdict</b>
        <span>An exact test says whether chance could have done it, and what was not seen.</span>
      </li>
    </ol>
  );
}

const TWINS = [14, 28, 44, 58, 74] as const;

function Marks({ small = false, apart = false }: { small?: boolean; apart?: boolean }) {
  const size = small ? 4 : 6;
  return (
    <svg viewBox="0 0 120 40" aria-hidden="true">
      {TWINS.map((x, i) => (
        <RoleShape
          key={x}
          role="twin"
          x={apart ? 10 + i * 9 : x + (x > 50 ? 16 : 0)}
          y={20}
          size={size}
        />
      ))}
      <RoleShape role="suspect" x={apart ? 104 : 59} y={20} size={size} />
    </svg>
  );
}
