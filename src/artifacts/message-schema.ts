import { z } from 'zod';

/** A chat message as stored in artifacts and rows. */
export const messageSchema = z
  .object({
    role: z.enum(['system', 'user', 'assistant']),
    content: z.string(),
    origin: z.enum(['scripted', 'sampled', 'prefilled']).exactOptional(),
  })
  .readonly();
