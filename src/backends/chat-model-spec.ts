import { z } from 'zod';

export const servedChatSchema = z.strictObject({
  kind: z.literal('openai'),
  baseUrl: z.string().describe('address of an OpenAI-compatible server, up to /v1'),
  model: z.string().describe('name the server knows it by'),
  apiKeyEnv: z.string().exactOptional().describe('environment variable that holds the key'),
  prefill: z
    .enum(['vllm', 'trailing', 'none'])
    .default('none')
    .describe('how the server lets an answer be begun'),
  parameters: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .refine((given) => !['model', 'messages', 'stream', 'n'].some((key) => key in given), {
      message: 'model, messages, stream and n are not for this place',
    })
    .default({})
    .describe('further fields of every request; null leaves one out'),
  price: z
    .strictObject({
      promptUsdPerMillion: z.number().nonnegative().describe('dollars for a million tokens read'),
      completionUsdPerMillion: z
        .number()
        .nonnegative()
        .describe('dollars for a million tokens written'),
    })
    .exactOptional()
    .describe('what the server charges; no price is known when absent'),
  timeoutSeconds: z.number().positive().default(120).describe('longest wait for a whole answer'),
  retries: z.int().nonnegative().default(4).describe('further attempts after the first'),
  longestWaitSeconds: z
    .number()
    .positive()
    .default(60)
    .describe('longest wait before another attempt'),
  concurrency: z.int().positive().default(8).describe('requests under way at once'),
});

/** A chat model of an OpenAI-compatible server, as files name it. */
export type ServedChatSpec = z.infer<typeof servedChatSchema>;

/** A chat model as files name it: behind a server, or on the embedded engine. */
export const chatModelSchema = z.discriminatedUnion('kind', [
  servedChatSchema,
  z.strictObject({
    kind: z.literal('embedded'),
    path: z.string().describe('Hugging Face directory, .gguf file or builtin: name'),
  }),
]);

export type ChatModelSpec = z.infer<typeof chatModelSchema>;
