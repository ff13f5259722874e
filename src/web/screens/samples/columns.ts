import type { z } from 'zod';
import type { sampleSortSchema } from '../../../api/samples.ts';

export type SampleSort = z.infer<typeof sampleSortSchema>;

/** Columns of the grid in order; without `sort` they cannot be ordered by. */
export const COLUMNS: readonly {
  readonly title: string;
  readonly sort?: SampleSort;
  readonly hint?: string;
  readonly isNumber?: boolean;
}[] = [
  { title: 'Arm', sort: 'arm' },
  { title: 'Audit', sort: 'audit' },
  { title: 'Condition' },
  { title: 'Probe', sort: 'probe' },
  { title: 'Draw', sort: 'draw', isNumber: true },
  { title: 'Class', sort: 'class' },
  {
    title: 'Score',
    sort: 'score',
    hint: 'Headline score of the audit; higher is more of what the audit looks for. The scale of colour is the same in every view.',
  },
  { title: 'Status', sort: 'status' },
  { title: 'Last words' },
];
