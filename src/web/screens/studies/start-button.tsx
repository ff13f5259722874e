import { useNavigate } from '@tanstack/react-router';
import { problemOf } from '../../components/states.tsx';
import { useStudyActions } from '../../components/use-study-actions.ts';

/** Starts a study and goes to where it can be watched. */
export function StartButton({
  example,
  label,
}: {
  readonly example: string;
  readonly label: string;
}) {
  const navigate = useNavigate();
  const { mutation, refusal } = useStudyActions();
  return (
    <span className="row">
      <button
        type="button"
        className="start"
        disabled={refusal !== null || mutation.isPending}
        aria-describedby={refusal === null ? undefined : `refused-${example}`}
        onClick={() =>
          mutation.mutate(
            { action: 'start', example },
            {
              onSuccess: ({ study }) =>
                void navigate({ to: '/s/$study/pipeline', params: { study } }),
            },
          )
        }
      >
        {mutation.isPending ? 'Starting…' : label}
      </button>
      {refusal !== null && (
        <span className="soft small" id={`refused-${example}`}>
          {refusal}
        </span>
      )}
      {mutation.isError && (
        <span className="fails small" role="alert">
          {problemOf(mutation.error).message} {problemOf(mutation.error).hint}
        </span>
      )}
    </span>
  );
}
