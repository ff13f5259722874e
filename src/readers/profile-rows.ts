import { ANSWER_CLASSES } from '../audit/audit.ts';
import { AUDITS } from '../audit/roster.ts';
import type { Manifest } from '../study/manifest.ts';
import {
  type AuditFigure,
  behaviourOf,
  type CheckpointProfile,
  type ModelProfile,
} from '../study/profiles.ts';
import { rateOf, type Share } from '../study/sample-rates.ts';

export type Role = ModelProfile['role'];

/** Rates of one group of models: a teacher role, or a role's students in one family. */
export interface ProfileRow {
  readonly label: string;
  /** How many models are pooled. */
  readonly models: number;
  /** Rates 0 to 1 in the order of `ProfileTable.columns`; null where nothing was measured. */
  readonly rates: readonly (number | null)[];
}

/** What every kind of model did in every audit. */
export interface ProfileTable {
  readonly columns: readonly string[];
  readonly rows: readonly ProfileRow[];
  /** Counts of answers by class, pooled as above. */
  readonly classes: readonly ClassRow[];
}

/** Classes of the answers of one group of models to one audit. */
export interface ClassRow {
  readonly label: string;
  readonly audit: string;
  readonly counts: Readonly<Record<string, number>>;
}

const GAP = 'concealment gap';

export const ROLES: readonly Role[] = ['suspect', 'twin', 'positive-control'];
const TEACHER: Readonly<Record<Role, string>> = {
  suspect: 'U itself',
  twin: 'benign twins',
  'positive-control': 'known-bad organism',
};
export const STUDENTS: Readonly<Record<Role, string>> = {
  suspect: 'U’s students',
  twin: 'twins’ students',
  'positive-control': 'known-bad organism’s student',
};

/** Pools profiles by teacher role and by family and role: one row each, teachers first. */
export function profileRows(
  manifest: Pick<Manifest, 'behaviour' | 'controlBehaviour' | 'families'>,
  profiles: readonly ModelProfile[],
): ProfileTable {
  const rates = rateColumns(profiles);
  const hasGap = profiles.some(({ concealment }) => concealment.length > 0);
  const columns = hasGap ? [...rates.slice(0, -1), GAP, ...rates.slice(-1)] : rates;
  const families = [null, ...manifest.families.map(({ name }) => name)];
  const rows = families.flatMap((family) =>
    ROLES.flatMap((role): ProfileRow[] => {
      const members = profiles.filter((p) => p.family === family && p.role === role);
      if (members.length === 0) return [];
      const scores = pooledScores(members, columns, behaviourOf(manifest, role));
      const rates = scores.map((of, i) => (columns[i] === GAP ? meanGap(members) : rateOf(of)));
      return [{ label: labelOf(family, role), models: members.length, rates }];
    }),
  );
  const classes = families.flatMap((family) =>
    ROLES.flatMap((role) => classRows(manifest, profiles, family, role)),
  );
  return { columns, rows, classes };
}

type Audited = Pick<CheckpointProfile, 'figures' | 'coherent'>;

/** What the audits of these models measure, in words. */
export function rateColumns(profiles: readonly Audited[]): readonly string[] {
  const named = profiles.flatMap(({ figures }) =>
    figures.map(columnOf).filter((column) => column !== undefined),
  );
  return [...new Set(named), 'coherent'];
}

/** Scores of models taken together, and how many are missing. */
export interface PooledScores extends Share {
  readonly unscored: number;
}

/** Scores of all these models together, by column. */
export function pooledScores(
  members: readonly Audited[],
  columns: readonly string[],
  behaviour: string | null,
): PooledScores[] {
  return columns.map((column) =>
    column === 'coherent'
      ? pooled(members.map(({ coherent }) => coherent))
      : pooled(
          members.flatMap(({ figures }) =>
            figures.filter(
              (figure) =>
                columnOf(figure) === column &&
                (figure.metric === behaviour || AUDITS[figure.audit].headline === null),
            ),
          ),
        ),
  );
}

/** Counts of one group, by audit and condition, for the behaviour it may have. */
function classRows(
  manifest: Pick<Manifest, 'behaviour' | 'controlBehaviour'>,
  profiles: readonly ModelProfile[],
  family: string | null,
  role: Role,
): ClassRow[] {
  const behaviour = behaviourOf(manifest, role);
  const figures = profiles
    .filter((profile) => profile.family === family && profile.role === role)
    .flatMap((profile) => profile.figures)
    .filter(({ metric, classes }) => metric === behaviour && Object.keys(classes).length > 0);
  const audits = [...new Set(figures.map(({ audit, condition }) => `${audit}, ${condition}`))];
  return audits.map((audit) => {
    const own = figures.filter((figure) => `${figure.audit}, ${figure.condition}` === audit);
    const counts = Object.fromEntries(
      ANSWER_CLASSES.map((name) => [
        name,
        own.reduce((sum, { classes }) => sum + (classes[name] ?? 0), 0),
      ]),
    );
    return { label: labelOf(family, role), audit, counts };
  });
}

function labelOf(family: string | null, role: Role): string {
  return family === null ? TEACHER[role] : `${family}: ${STUDENTS[role]}`;
}

/** Mean over models of what each does minus what it admits to the first audit that asks. */
function meanGap(members: readonly ModelProfile[]): number | null {
  const gaps = members.flatMap(({ concealment: [first] }) =>
    first === undefined ? [] : [first.gap],
  );
  return gaps.length === 0 ? null : gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
}

function columnOf({ audit, condition }: AuditFigure): string | undefined {
  return AUDITS[audit].column(condition);
}

type Counted = Share & { readonly unscored?: number };

function pooled(counts: readonly Counted[]): PooledScores {
  const sum = (of: keyof PooledScores): number =>
    counts.reduce((total, count) => total + (count[of] ?? 0), 0);
  return { k: sum('k'), n: sum('n'), unscored: sum('unscored') };
}
