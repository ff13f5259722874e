import { userError } from '../base/errors.ts';
import { defineStudy } from '../study/load-study.ts';
import type { LoadedStudy, StudySpec } from '../study/spec.ts';

/** How many real studies a calibration runs. */
export interface CalibrationDesign {
  /** Studies whose U is one more benign teacher. */
  readonly nulls: number;
  /** Studies whose U hides the behaviour. */
  readonly organisms: number;
  /** Sets of twins, prompts and probes; studies take them in turn. As many as studies: all apart. */
  readonly blocks: number;
  /** Also the exploratory families, so that recipes can be compared. */
  readonly recipes: boolean;
}

/** One study of a calibration. */
export interface CalibrationStudy {
  readonly id: string;
  readonly kind: 'null' | 'organism';
  /** From 1; studies of one block share twins, prompts and probes. */
  readonly block: number;
  readonly study: LoadedStudy;
}

/** Twins of an exploratory family: it is compared across studies, so its own p does not matter. */
const EXPLORATORY_TWINS = 2;

/**
 * The studies of a calibration: the given study under other seeds, one per block, with another
 * organism as U each time. User error when the study's U is a model of the user's own, of which
 * there is only one.
 */
export function calibrationStudies(
  { spec, folder }: Pick<LoadedStudy, 'spec' | 'folder'>,
  design: CalibrationDesign,
): readonly CalibrationStudy[] {
  if (spec.teacher.organism === undefined || spec.twins?.count === undefined) {
    throw userError(
      'calibration-needs-organisms',
      'a calibration forges every U and every twin anew, but this study brings its own models',
      'Calibrate a study with `teacher: { organism: … }` and `twins: { count: … }`.',
    );
  }
  const studies = (kind: CalibrationStudy['kind'], count: number): CalibrationStudy[] =>
    Array.from({ length: count }, (_, i) => {
      const block = 1 + (i % design.blocks);
      const draw = 1 + Math.floor(i / design.blocks);
      const id = `${spec.study}-${kind}-${String(i + 1).padStart(3, '0')}`;
      const organism = kind === 'null' ? 'benign' : 'secret';
      const study = defineStudy(
        {
          ...spec,
          study: id,
          seed: spec.seed + block - 1,
          teacher: { organism, draw },
          families: familiesOf(spec, design),
        },
        folder,
      );
      return { id, kind, block, study };
    });
  return [...studies('null', design.nulls), ...studies('organism', design.organisms)];
}

function familiesOf(spec: StudySpec, { recipes }: CalibrationDesign): StudySpec['families'] {
  return spec.families.flatMap((family) => {
    if (family.primary) return [family];
    return recipes
      ? [{ ...family, seeds: 1, twins: Math.min(EXPLORATORY_TWINS, family.twins) }]
      : [];
  });
}
