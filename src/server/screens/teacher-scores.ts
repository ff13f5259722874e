import type { VerdictView } from '../../api/verdict.ts';
import type { Store } from '../../store/open-store.ts';
import { headlineCondition, type Manifest } from '../../study/manifest.ts';
import { type Standing, standingPrimaries } from '../../study/registration-standing.ts';

type Counts = VerdictView['teacherScores']['suspect'];

/** How many scores the rates of U and of the benign teachers rest on, and how many are missing. */
export function teacherScores(
  store: Pick<Store, 'listing'>,
  manifest: Manifest,
  standing: Standing,
): VerdictView['teacherScores'] {
  // The audit that the verdict asked of the teachers: that of the family which came first in it.
  const primaries = standingPrimaries(manifest, standing);
  const { families } = manifest;
  const audit = (families.find(({ name }) => primaries.has(name)) ?? families[0])?.audit;
  const counts = (role: Manifest['teachers'][number]['role']): Counts => {
    const own = manifest.teachers.filter((teacher) => teacher.role === role);
    const steps = own.flatMap(({ audits }) => (audit && audits[audit]) ?? []);
    if (audit === undefined || steps.length === 0) return { n: 0, unscored: 0 };
    const condition = headlineCondition(audit);
    const sum = (groups: readonly { condition: string | null; n: number }[]): number =>
      groups.reduce((total, one) => total + (one.condition === condition ? one.n : 0), 0);
    return {
      n: sum(store.listing.groups({ steps })),
      unscored: sum(store.listing.missing({ steps }, manifest.behaviour)),
    };
  };
  return { suspect: counts('suspect'), twins: counts('twin') };
}
