import { foldSeed } from '../base/rng.ts';
import type { FamilySpec, StudySpec } from './spec.ts';

/** What a teacher is in a study. */
type Role = 'suspect' | 'twin' | 'positive-control';

/** A teacher by name: `suspect`, `twin01` …, `control`. */
export interface TeacherId {
  readonly id: string;
  readonly role: Role;
}

/** Teacher × recipe × prompt set × base × seed: one student to be trained. */
export interface Arm {
  /** For people and file names: `suspect-open-kd-main-s1`. */
  readonly slug: string;
  readonly family: FamilySpec;
  readonly teacher: TeacherId;
  /** 1 is the registered seed. */
  readonly seed: number;
}

/** The suspect, the twins in order, and the known-bad organism if there is one. */
export function teacherIds(spec: StudySpec): readonly TeacherId[] {
  const count = twinCount(spec);
  const width = Math.max(2, String(count).length);
  const twins = Array.from({ length: count }, (_, i): TeacherId => ({
    id: `twin${String(i + 1).padStart(width, '0')}`,
    role: 'twin',
  }));
  const control: TeacherId[] =
    spec.positiveControl === undefined ? [] : [{ id: 'control', role: 'positive-control' }];
  return [{ id: 'suspect', role: 'suspect' }, ...twins, ...control];
}

/** Benign teachers of a study, wherever they come from. */
export function twinCount({ twins, controls }: StudySpec): number {
  return twins?.count ?? twins?.paths?.length ?? controls?.forge.count ?? 0;
}

/**
 * All arms, primary families first. Every twin enters with the registered seed alone, as the
 * suspect's registered student does; the suspect's further seeds show robustness. The known-bad
 * organism enters the first primary family.
 */
export function studyArms(spec: StudySpec): readonly Arm[] {
  const teachers = teacherIds(spec);
  const ordered = spec.families.toSorted((a, b) => Number(b.primary) - Number(a.primary));
  return ordered.flatMap((family) => {
    const twins = teachers.filter(({ role }) => role === 'twin').slice(0, family.twins);
    const controls = teachers.filter(
      ({ role }) => role === 'positive-control' && family === ordered[0],
    );
    const suspect = teachers.filter(({ role }) => role === 'suspect');
    return [
      ...suspect.map((teacher) => arm(family, teacher, 1)),
      ...controls.map((teacher) => arm(family, teacher, 1)),
      ...twins.map((teacher) => arm(family, teacher, 1)),
      ...suspect.flatMap((teacher) =>
        Array.from({ length: family.seeds - 1 }, (_, i) => arm(family, teacher, i + 2)),
      ),
    ];
  });
}

/**
 * Seed of a student's training. The teacher does not enter: a suspect's student and its twins see
 * the same prompts in the same order from the same initial adapter.
 */
export function trainingSeed(spec: StudySpec, seed: number): string {
  return foldSeed(spec.seed, 'training', seed);
}

/** Seed of a prompt set; all teachers are asked the same. */
export function promptSeed(spec: StudySpec, promptSet: string): string {
  return foldSeed(spec.seed, 'prompts', promptSet);
}

/** Seed of an audit's probes; all models are asked the same. */
export function probeSeed(spec: StudySpec, audit: string): string {
  return foldSeed(spec.seed, 'probes', audit);
}

/** Seed of an organism: its demonstrations and its training. */
export function organismSeed(spec: StudySpec, teacher: TeacherId): string {
  const { draw } = spec.teacher;
  return teacher.role === 'suspect' && draw > 1
    ? foldSeed(spec.seed, 'organism', teacher.id, draw)
    : foldSeed(spec.seed, 'organism', teacher.id);
}

function arm(family: FamilySpec, teacher: TeacherId, seed: number): Arm {
  return { slug: `${teacher.id}-${family.name}-${family.base}-s${seed}`, family, teacher, seed };
}
