import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { studiesQuery } from '../client/queries.ts';

/** From one study to another; nothing where there is none. */
export function StudySwitcher() {
  const { data } = useQuery(studiesQuery());
  const { study } = useParams({ strict: false });
  const navigate = useNavigate();
  if (data === undefined || data.studies.length === 0) return null;
  return (
    <select
      aria-label="Study"
      value={study ?? ''}
      onChange={({ target }) =>
        void (target.value === ''
          ? navigate({ to: '/' })
          : navigate({ to: '/s/$study', params: { study: target.value } }))
      }
    >
      <option value="">All studies</option>
      {data.studies.map(({ id }) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </select>
  );
}
