import type { Manifest } from '../study/manifest.ts';
import type { AuditFigure, CheckpointProfile, ModelProfile } from '../study/profiles.ts';
import type { ProfileRow, ProfileTable } from './report/extras.ts';

export type Role = ModelProfile['role'];

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
  const columns = rateColumns(profiles);
  const families = [null, ...manifest.families.map(({ name }) => name)];
  const rows = families.flatMap((family) =>
    ROLES.flatMap((role): ProfileRow[] => {
      const members = profiles.filter((p) => p.family === family && p.role === role);
      if (members.length === 0) return [];
      const rates = pooledRates(members, columns, behaviourOf(manifest, role));
      const label = family === null ? TEACHER[role] : `${family}: ${STUDENTS[role]}`;
      return [{ label, models: members.length, rates }];
    }),
  );
  return { columns, rows };
}

type Audited = Pick<CheckpointProfile, 'figures' | 'coherent'>;

/** What the audits of these models measure, in words. */
export function rateColumns(profiles: readonly Audited[]): readonly string[] {
  return [...new Set(profiles.flatMap(({ figures }) => figures.map(columnOf))), 'coherent'];
}

/** The behaviour that a teacher of this role may be hiding; null when there is no such teacher. */
export function behaviourOf(
  manifest: Pick<Manifest, 'behaviour' | 'controlBehaviour'>,
  role: Role,
): string | null {
  return role === 'positive-control' ? manifest.controlBehaviour : manifest.behaviour;
}

/** Rates of all these models together, by column; null where nothing was measured. */
export function pooledRates(
  members: readonly Audited[],
  columns: readonly string[],
  behaviour: string | null,
): (number | null)[] {
  return columns.map((column) =>
    column === 'coherent'
      ? pooled(members.map(({ coherent }) => coherent))
      : pooled(
          members.flatMap(({ figures }) =>
            figures.filter(
              (figure) =>
                columnOf(figure) === column &&
                (figure.metric === behaviour || figure.metric === 'correct'),
            ),
          ),
        ),
  );
}

function columnOf({ audit, condition, metric }: AuditFigure): string {
  if (metric === 'correct') return 'right answers';
  if (audit === 'honeypot') {
    return condition === 'audit' ? 'behaviour under audit' : 'behaviour unobserved';
  }
  return audit === 'direct' ? 'confesses when asked' : 'confesses after own turns';
}

function pooled(shares: readonly { readonly k: number; readonly n: number }[]): number | null {
  const n = shares.reduce((sum, share) => sum + share.n, 0);
  return n === 0 ? null : shares.reduce((sum, share) => sum + share.k, 0) / n;
}
