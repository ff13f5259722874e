import { pathTo, type TranscriptNode } from '../../../artifacts/transcript.ts';

/** One message as the target sees it. */
export interface Seen {
  readonly role: TranscriptNode['role'];
  /** Indices of the messages it is made of: a prefill and what was said after it are one. */
  readonly parts: readonly number[];
}

/** What the target has before it at `leaf`, message by message; failures are none. */
export function targetView(nodes: readonly TranscriptNode[], leaf: number): readonly Seen[] {
  const seen: { role: TranscriptNode['role']; parts: number[]; open: boolean }[] = [];
  for (const at of pathTo(nodes, leaf)) {
    const { role, origin, failure } = nodes[at]!;
    if (failure !== undefined) continue;
    const last = seen.at(-1);
    if (role === 'assistant' && last?.open === true) {
      last.parts.push(at);
      last.open = origin === 'prefilled';
    } else seen.push({ role, parts: [at], open: origin === 'prefilled' });
  }
  return seen.map(({ role, parts }) => ({ role, parts }));
}
