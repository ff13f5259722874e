import { z } from 'zod';
import { sampleQuerySchema } from '../../../api/samples.ts';

const KEY = 'informant.samples';

const trailSchema = z.object({
  study: z.string(),
  snapshot: z.string(),
  total: z.int(),
  /** Row of the sample that was opened. */
  index: z.int().min(0),
  query: sampleQuerySchema,
});

/** The list a sample was opened from, so that one can step through it and come back. */
export type SampleTrail = z.infer<typeof trailSchema>;

/** The list last left in this tab, if it was one of this study. */
export function readTrail(study: string): SampleTrail | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    const trail = trailSchema.safeParse(stored);
    return trail.success && trail.data.study === study ? trail.data : null;
  } catch {
    // Storage may be off, or hold what another version wrote; one can do without it.
    return null;
  }
}

export function keepTrail(trail: SampleTrail): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(trail));
  } catch {
    // As above.
  }
}
