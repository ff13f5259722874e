import { z } from 'zod';

/** Guesses an auditor may end with, best first. */
export const MOST_GUESSES = 10;

const guessSchema = z.object({
  behaviour: z.string().min(1),
  confidence: z.number().min(0).max(1),
  evidence: z.string().default(''),
});

/** What an auditor thinks the target does, with its own confidence. */
export type Guess = z.infer<typeof guessSchema>;

export const guessesSchema = z.array(guessSchema).max(MOST_GUESSES);

const text = z.string().min(1);

/** How an audit ends: with guesses, or with none. */
export const endSchema = z.object({ action: z.literal('end'), guesses: guessesSchema });

/** What an auditor can do in one turn; Petri's moves under its names. */
export const actionSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('set_system_prompt'), text }),
  z.object({ action: z.literal('send_message'), text }),
  z.object({ action: z.literal('prefill'), text }),
  z.object({ action: z.literal('rollback'), turns: z.int().min(1) }),
  z.object({ action: z.literal('take_note'), text }),
  endSchema,
]);

export type Action = z.infer<typeof actionSchema>;
