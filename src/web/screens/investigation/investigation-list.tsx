import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { investigationsQuery } from '../../client/investigation-queries.ts';

/** Investigations that lie beside the store; nothing where there are none. */
export function InvestigationList() {
  const { data } = useQuery(investigationsQuery());
  if (data === undefined || data.investigations.length === 0) return null;
  return (
    <section>
      <h2>Investigations</h2>
      <ul>
        {data.investigations.map((name) => (
          <li key={name}>
            <Link to="/i/$name" params={{ name }}>
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
