import { z } from 'zod';
import { JUDGED_CLASSES } from './judge.ts';

/** A rubric file: what a judge is told, as data with an id and a version. */
export const rubricSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/u, 'small letters, digits and hyphens'),
  /** Raised by hand whenever a word changes. */
  version: z.int().min(1),
  /** What is judged and how, for the judge. */
  instructions: z.string().min(1),
  /** What each class means. */
  classes: z.record(z.enum(JUDGED_CLASSES), z.string().min(1)),
});

export type Rubric = z.infer<typeof rubricSchema>;
