import { useMutation } from '@tanstack/react-query';
import { exportedSchema } from '../../api/actions.ts';
import { fetchParsed } from '../client/fetch-parsed.ts';
import { studyPath } from '../client/paths.ts';
import { count } from '../components/format.ts';
import { problemOf } from '../components/states.tsx';

/** Writes the study as a folder that opens without a server, and says where it lies. */
export function ExportButton({ study }: { readonly study: string }) {
  const write = useMutation({
    mutationFn: () =>
      fetchParsed(`${studyPath(study)}/export`, exportedSchema, { method: 'POST', body: {} }),
  });
  const { data } = write;
  return (
    <div className="export">
      <button
        type="button"
        disabled={write.isPending}
        title="Writes the study as a folder that any browser opens, without a server"
        onClick={() => write.mutate()}
      >
        {write.isPending ? 'Exporting…' : 'Export'}
      </button>
      <span role="status" className="small">
        {data !== undefined && (
          <>
            {count(data.files)} files, {count(data.bytes / 1e6)} MB, in <code>{data.folder}</code>{' '}
            <button type="button" onClick={() => write.reset()}>
              Close
            </button>
          </>
        )}
      </span>
      {write.isError && (
        <span role="alert" className="fails small">
          {problemOf(write.error).message} {problemOf(write.error).hint}
        </span>
      )}
    </div>
  );
}
