import { useQuery } from '@tanstack/react-query';
import { studiesQuery, studyQuery } from '../client/queries.ts';
import { count, instant } from '../components/format.ts';

/** In an exported folder: that it is one, of when, and what of the study is not in it. */
export function ExportNote() {
  const id = useQuery(studiesQuery()).data?.studies[0]?.id;
  const { data } = useQuery({ ...studyQuery(id ?? ''), enabled: id !== undefined });
  const exported = data?.exported;
  if (exported === undefined) return <span className="connection">Export</span>;
  const { at, samples, samplesOf } = exported;
  return (
    <span
      className="connection"
      title="A copy of one study as it stood then: nothing in it changes, and nothing can be done to the study from here"
    >
      Export of {instant(at)}
      {samples < samplesOf && `, with ${count(samples)} of ${count(samplesOf)} samples`}
    </span>
  );
}
