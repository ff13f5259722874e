import type { Studies, Study } from '../../api/studies.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { studyCard, studyProgress } from '../../readers/study-progress.ts';
import { studyDesign } from '../../readers/study-design.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';

/** Studies in one answer; the newest are listed. */
const MAX_STUDIES = 200;
const MAX_FAILURES = 50;
const MAX_ERROR_CHARACTERS = 2_000;
const MAX_SPEC_CHARACTERS = 200_000;

/** What there is, and what can be started. */
export function studiesView(
  store: Store,
  { readOnly, examples }: Pick<Studies, 'readOnly' | 'examples'>,
): Studies {
  const newest = store.studies.list().toReversed().slice(0, MAX_STUDIES);
  return {
    storeDir: store.dir,
    toolVersion: toolVersion(),
    readOnly,
    studies: newest.map((row) => studyCard(store, row)),
    examples,
  };
}

/** One study, with its file. */
export function studyView(store: Store, row: StudyRow): Study {
  const { failures } = studyProgress(store, row.id);
  return {
    ...studyCard(store, row),
    spec: row.spec.slice(0, MAX_SPEC_CHARACTERS),
    specDigest: row.specDigest,
    behaviour: studyDesign(store, row)?.manifest.behaviour ?? null,
    failures: failures.slice(0, MAX_FAILURES).map(({ key, title, error }) => ({
      key,
      title,
      error: (error ?? 'unknown').slice(0, MAX_ERROR_CHARACTERS),
    })),
  };
}
