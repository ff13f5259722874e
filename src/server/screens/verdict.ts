import type { VerdictView } from '../../api/verdict.ts';
import { annotationsOf } from '../../readers/annotations.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import { studyDesign } from '../../readers/study-design.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';
import { registrationStanding } from '../../study/registration-standing.ts';
import { VERDICT } from '../../study/verdict-ledger.ts';
import { standingView } from './registration.ts';
import { teacherScores } from './teacher-scores.ts';

/** The verdict with the arms behind its figures; `no-verdict` until there is one. */
export function verdictView(store: Store, study: StudyRow): VerdictView {
  const { verdict, manifest, verdictDigest } = readFinishedStudy(store, study.id, study.id);
  const recorded = store.ledger.ofType(study.id, VERDICT).at(-1);
  const standing = registrationStanding(manifest, store.ledger.list(study.id));
  const design = studyDesign(store, study);
  const invalidated = annotationsOf(store, study.id).invalidated;
  return {
    verdict,
    digest: verdictDigest,
    registration: standingView(standing),
    teacherScores: teacherScores(store, manifest, standing),
    recordedAt: recorded?.time ?? study.createdAt,
    invalidatedSince: invalidated.filter(({ seq }) => seq > (recorded?.seq ?? 0)).length,
    families: manifest.families.map(({ name, audit, arms }) => {
      const first = design?.bySlug.get(arms[0]?.slug ?? '');
      return {
        name,
        audit,
        recipe: first?.recipe ?? '',
        promptSet: first?.promptSet ?? '',
        base: first?.base ?? '',
        arms: arms.map(({ slug, role, seed }) => ({ slug, role, seed })),
      };
    }),
  };
}
