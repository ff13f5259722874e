import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { parseJson } from '../../base/json.ts';

const requestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
});

/** A request as it arrived. */
export type ChatServerRequest = z.infer<typeof requestSchema> & {
  readonly headers: IncomingHttpHeaders;
};

/** What the server does with one request. */
export type ChatServerAnswer =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly finish?: string;
      readonly refusal?: string;
      readonly reasoning?: string;
      /** Left out: the server does not count. */
      readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
    }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'raw'; readonly body: string }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Sends headers and half an answer, then nothing. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'drop' };

/** A server under test. */
export interface ChatServer {
  readonly baseUrl: string;
  readonly requests: readonly ChatServerRequest[];
  close(): Promise<void>;
}

/** An OpenAI-compatible server on loopback that misbehaves as told; for tests only. */
export async function startChatServer(
  answer: (request: ChatServerRequest, index: number) => ChatServerAnswer,
): Promise<ChatServer> {
  const requests: ChatServerRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Uint8Array[] = [];
    incoming.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = requestSchema.parse(parseJson(Buffer.concat(chunks).toString('utf8')));
      const request = { ...body, headers: incoming.headers };
      requests.push(request);
      send(response, answer(request, requests.length - 1));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, answer: ChatServerAnswer): void {
  switch (answer.kind) {
    case 'text':
      response.setHeader('content-type', 'application/json');
      response.end(completion(answer));
      return;
    case 'status':
      response.writeHead(answer.status, { ...answer.headers });
      response.end(answer.body ?? '');
      return;
    case 'raw':
      response.end(answer.body);
      return;
    case 'hang':
      return;
    case 'stall':
      response.write('{"choices": [');
      return;
    case 'drop':
      response.destroy();
  }
}

function completion(answer: ChatServerAnswer & { kind: 'text' }): string {
  const { text, finish = 'stop', refusal = null, reasoning, usage } = answer;
  return JSON.stringify({
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal, reasoning },
        finish_reason: finish,
      },
    ],
    usage,
  });
}
