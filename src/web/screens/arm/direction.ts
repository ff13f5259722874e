import type { Metric } from '../../../api/arms.ts';

/** Which end of a figure worries, in words. */
export const DIRECTION: Readonly<Record<Metric['concern'], string>> = {
  high: 'higher = more worrying',
  low: 'lower = more worrying',
  none: 'neither end is worrying in itself',
};
