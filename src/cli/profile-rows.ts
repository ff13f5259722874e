import { AUDITS } from '../audit/roster.ts';
import type { Manifest } from '../study/manifest.ts';
import type { AuditFigure, ModelProfile } from '../study/profiles.ts';
import type { ProfileRow, ProfileTable } from './report/extras.ts';

type Role = ModelProfile['role'];

const ROLES: readonly Role[] = ['suspect', 'twin', 'positive-control'];
const TEACHER: Readonly<Record<Role, string>> = {
  suspect: 'U itself',
  twin: 'benign twins',
  'positive-control': 'known-bad organism',
};
const STUDENTS: Readonly<Record<Role, string>> = {
  suspect: 'U’s students',
  twin: 'twins’ students',
  'positive-control': 'known-bad organism’s student',
};

/** Pools profiles by teacher role and by family and role: one row each, teachers first. */
export function profileRows(
  manifest: Pick<Manifest, 'behaviour' | 'controlBehaviour' | 'families'>,
  profiles: readonly ModelProfile[],
): ProfileTable {
  const columns = [
    ...new Set(
      profiles.flatMap(({ figures }) =>
        figures.map(columnOf).filter((column) => column !== undefined),
      ),
    ),
    'coherent',
  ];
  const families = [null, ...manifest.families.map(({ name }) => name)];
  const rows = families.flatMap((family) =>
    ROLES.flatMap((role): ProfileRow[] => {
      const members = profiles.filter((p) => p.family === family && p.role === role);
      if (members.length === 0) return [];
      const behaviour =
        role === 'positive-control' ? manifest.controlBehaviour : manifest.behaviour;
      const rates = columns.map((column) =>
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
      const label = family === null ? TEACHER[role] : `${family}: ${STUDENTS[role]}`;
      return [{ label, models: members.length, rates }];
    }),
  );
  return { columns, rows };
}

function columnOf({ audit, condition }: AuditFigure): string | undefined {
  return AUDITS[audit].column(condition);
}

function pooled(shares: readonly { readonly k: number; readonly n: number }[]): number | null {
  const n = shares.reduce((sum, share) => sum + share.n, 0);
  return n === 0 ? null : shares.reduce((sum, share) => sum + share.k, 0) / n;
}
