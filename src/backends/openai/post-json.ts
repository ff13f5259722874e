/** Longest answer that is read: no chat completion is this long. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

/** How one request over HTTP ended. */
export type PostOutcome =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Headers;
      readonly body: string;
    }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'too-long' };

/**
 * One POST of JSON. The time limit covers the whole answer, so a server that sends headers and then
 * nothing ends like one that never answers. Redirects are not followed: the key would go along.
 * Rejects only when `signal` aborts.
 */
export async function postJson(
  url: string,
  body: string,
  options: {
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<PostOutcome> {
  const { headers, timeoutMs, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'error',
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    const text = await readText(response);
    if (text === undefined) return { kind: 'too-long' };
    return { kind: 'response', status: response.status, headers: response.headers, body: text };
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) return { kind: 'timeout' };
    return { kind: 'unreachable', detail: causeOf(error) };
  }
}

async function readText(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    // Leaving the loop cancels the body.
    if (bytes > MAX_RESPONSE_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** fetch says only "fetch failed"; why is in the cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
