import type { Backend } from '../backends/backend.ts';
import type { SequentialDesign } from '../verdict/sequential/design.ts';
import { type Plan, planStudy } from './plan.ts';
import type { LoadedStudy, StudySpec } from './spec.ts';
import type { StudyModels } from './study-models.ts';

/**
 * The plans of a study's looks, smallest first; one plan where the study has one look. Steps are
 * pure, so a look's plan shares every step with those before it. All carry the registration of
 * the whole design: what is registered are all looks, not the one at hand.
 */
export function planLooks(
  study: Pick<LoadedStudy, 'spec'>,
  models: StudyModels,
  backend: Pick<Backend, 'name' | 'identity' | 'capabilities'>,
): readonly Plan[] {
  const whole = planStudy(study, models, backend);
  const design = study.spec.verdict.sequential;
  if (design === undefined) return [whole];
  return design.looks.map((size, k): Plan => {
    const plan =
      k === design.looks.length - 1
        ? whole
        : planStudy({ spec: specAtLook(study.spec, design, size) }, models, backend);
    return {
      ...plan,
      warnings: whole.warnings,
      manifest: {
        ...plan.manifest,
        registered: whole.manifest.registered,
        registration: whole.manifest.registration,
        sequential: { ...design, look: k + 1 },
      },
    };
  });
}

/** The study as it is at a look of this size; exploratory families grow along. */
function specAtLook(spec: StudySpec, { adds }: SequentialDesign, size: number): StudySpec {
  switch (adds) {
    case 'twins':
    case 'seeds':
      return {
        ...spec,
        families: spec.families.map((family) => ({
          ...family,
          [adds]: Math.min(family[adds], size),
        })),
      };
    case 'probes': {
      const audits = { ...spec.audits };
      for (const { primary, audit } of spec.families) {
        const settings = audits[audit];
        if (primary && settings !== undefined) audits[audit] = { ...settings, probes: size };
      }
      return { ...spec, audits };
    }
  }
}
