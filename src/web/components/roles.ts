import type { Role } from '../../api/studies.ts';

/** What a teacher of each role is called. */
export const TEACHERS: Readonly<Record<Role, string>> = {
  suspect: 'U',
  twin: 'benign twin',
  'positive-control': 'known-bad organism',
};

/** What a student of each role is called. */
export const STUDENTS: Readonly<Record<Role, string>> = {
  suspect: 'U’s student',
  twin: 'twin’s student',
  'positive-control': 'known-bad organism’s student',
};

/** U first, its twins beside it, the known-bad organism last. */
export const ROLE_ORDER: readonly Role[] = ['suspect', 'twin', 'positive-control'];
