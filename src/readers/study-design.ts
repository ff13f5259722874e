import { z } from 'zod';
import { AUDITS, type AuditName } from '../audit/roster.ts';
import { createLru } from '../base/lru.ts';
import type { Store } from '../store/open-store.ts';
import type { StudyRow } from '../store/studies.ts';
import { parseStudy } from '../study/load-study.ts';
import type { AuditKeys, Manifest, ManifestArm } from '../study/manifest.ts';
import { behaviourOf } from '../study/profiles.ts';
import { PREREGISTERED } from '../study/registration-standing.ts';
import type { StudySpec } from '../study/spec.ts';
import { lastVerdict, readManifest } from '../study/verdict-ledger.ts';

/** A teacher, a student, or a student part of the way through its training. */
export interface DesignedModel {
  readonly slug: string;
  readonly kind: 'teacher' | 'student';
  readonly role: ManifestArm['role'];
  readonly teacher: string;
  readonly family: string | null;
  readonly primary: boolean;
  readonly recipe: string | null;
  readonly promptSet: string | null;
  readonly base: string | null;
  readonly seed: number;
  readonly audits: AuditKeys;
  /** Steps that made it; null for teachers and at checkpoints. */
  readonly arm: ManifestArm | null;
  /** The arm whose student it is, where it is a checkpoint. */
  readonly checkpointOf: string | null;
}

/** What a study compares, as it was registered. */
export interface StudyDesign {
  readonly manifest: Manifest;
  readonly spec: StudySpec;
  /** Teachers first, then students, each followed by its checkpoints. */
  readonly models: readonly DesignedModel[];
  readonly bySlug: ReadonlyMap<string, DesignedModel>;
}

const KEPT = 16;
const known = createLru<string, StudyDesign>(KEPT);

/** The design of a study; undefined before its registration. Read once per content. */
export function studyDesign(
  store: Pick<Store, 'ledger' | 'objects'>,
  study: StudyRow,
): StudyDesign | undefined {
  const digest = manifestDigest(store, study.id);
  if (digest === undefined) return undefined;
  const key = `${digest} ${study.specDigest}`;
  return known.getOrMake(key, () => designOf(readManifest(store, digest), study));
}

/** What listings show of a sample: the behaviour its model may have, or the audit's only metric. */
export function headlineMetric(
  design: Pick<StudyDesign, 'manifest'>,
  audit: AuditName,
  role: DesignedModel['role'],
): string | undefined {
  if (AUDITS[audit].headline === null) return undefined;
  return behaviourOf(design.manifest, role) ?? design.manifest.behaviour;
}

function manifestDigest(store: Pick<Store, 'ledger'>, id: string): string | undefined {
  const decided = lastVerdict(store, id)?.manifest;
  if (decided !== undefined) return decided;
  const event = store.ledger.ofType(id, PREREGISTERED).at(-1);
  return z.object({ manifest: z.string() }).safeParse(event?.data).data?.manifest;
}

function designOf(manifest: Manifest, { id, spec: source }: StudyRow): StudyDesign {
  const { spec } = parseStudy(source, `${id}.yaml`);
  const teachers = manifest.teachers.map(({ id: slug, role, audits }): DesignedModel => ({
    slug,
    kind: 'teacher',
    role,
    teacher: slug,
    family: null,
    primary: false,
    recipe: null,
    promptSet: null,
    base: null,
    seed: 1,
    audits,
    arm: null,
    checkpointOf: null,
  }));
  const students = manifest.families.flatMap((family) => {
    const said = spec.families.find(({ name }) => name === family.name);
    return family.arms.flatMap((arm) => {
      const student: DesignedModel = {
        slug: arm.slug,
        kind: 'student',
        role: arm.role,
        teacher: arm.teacher,
        family: family.name,
        primary: family.primary,
        recipe: said?.recipe ?? null,
        promptSet: said?.promptSet ?? null,
        base: said?.base ?? null,
        seed: arm.seed,
        audits: arm.audits,
        arm,
        checkpointOf: null,
      };
      const checkpoints = (arm.checkpoints ?? []).map(({ share, audits }): DesignedModel => ({
        ...student,
        slug: `${arm.slug}-at-${share}`,
        audits,
        arm: null,
        checkpointOf: arm.slug,
      }));
      return [student, ...checkpoints];
    });
  });
  const models = [...teachers, ...students];
  return { manifest, spec, models, bySlug: new Map(models.map((model) => [model.slug, model])) };
}
