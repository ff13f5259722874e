import { z } from 'zod';

/** `POST /api/studies`: starts a study that ships with the package. */
export const startRequestSchema = z.object({ example: z.string() });

/** Answer of start, `POST /api/studies/:study/run` and `…/pause`. */
export const startedSchema = z.object({
  study: z.string(),
  status: z.enum(['running', 'pausing']),
});

/** `POST /api/studies/:study/export`: writes a folder that opens without a server. */
export const exportedSchema = z.object({ folder: z.string(), files: z.int(), bytes: z.number() });

/** Any answer that is not 2xx. `code` is stable, `hint` says what to do. */
export const problemSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Header of every answer to a page: the last change that was known when it began to be read. */
export const CHANGE_HEADER = 'x-informant-change';

/** Data of the first server-sent event of a connection: the last change before it. */
export const helloSchema = z.object({ seq: z.int() });

/**
 * Data of a server-sent event at `GET /api/events`, sent when something of a study has changed:
 * clients read again what they show. The id of the event is `seq`.
 */
export const changeSchema = z.object({
  seq: z.int(),
  /** Studies with changes; empty: any may have changed. */
  studies: z.array(z.string()),
});
export type Change = z.infer<typeof changeSchema>;
