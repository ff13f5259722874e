import './verdict.css';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { RequestError } from '../../client/fetch-parsed.ts';
import { verdictQuery } from '../../client/verdict-query.ts';
import { RereadNote } from '../../components/reread-note.tsx';
import { Screen } from '../../components/screen.tsx';
import { ErrorPanel, Loading } from '../../components/states.tsx';
import { PendingVerdict } from './pending-verdict.tsx';
import { VerdictPage } from './verdict-page.tsx';

/** The verdict of a study, or what is still missing for one. */
export function VerdictScreen() {
  const { study } = useParams({ from: '/s/$study/' });
  const query = useQuery(verdictQuery(study));
  if (query.data !== undefined) {
    return (
      <>
        <RereadNote error={query.error} onRetry={() => void query.refetch()} />
        <VerdictPage study={study} view={query.data} />
      </>
    );
  }
  if (query.error instanceof RequestError && query.error.problem.code === 'no-verdict') {
    return <PendingVerdict study={study} />;
  }
  return (
    <Screen title={`Verdict of ${study}`}>
      {query.isError ? (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Loading what="Reading the verdict" />
      )}
    </Screen>
  );
}
