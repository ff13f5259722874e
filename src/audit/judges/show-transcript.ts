import type { Transcript, TranscriptNode } from '../../artifacts/transcript.ts';
import { oneLine } from '../../base/visible-text.ts';
import type { Fence } from './fence.ts';

/**
 * A transcript for a judge: every message of every branch with its number, who wrote it, and its
 * words inside the fence.
 */
export function showTranscript({ nodes }: Transcript, fence: Fence): string {
  return nodes
    .map((node, i) => {
      const head = `Message ${i}${place(node.parent, i)}, ${author(nodes, node)}:`;
      if (node.failure !== undefined) return `${head} none came (${oneLine(node.failure)})`;
      const thought =
        node.reasoning === undefined
          ? ''
          : `\nIts reasoning before it spoke:\n${fence.around(node.reasoning)}`;
      return `${head}\n${fence.around(node.content)}${thought}`;
    })
    .join('\n\n');
}

/** Every text that `showTranscript` puts inside the fence. */
export function fencedTexts({ nodes }: Transcript): readonly string[] {
  return nodes.flatMap(({ content, reasoning = '' }) => [content, reasoning]);
}

function place(parent: number | null, index: number): string {
  if (parent === null) return index === 0 ? '' : ' (a new conversation)';
  return parent === index - 1 ? '' : ` (a new branch after message ${parent})`;
}

function author(nodes: readonly TranscriptNode[], node: TranscriptNode): string {
  if (node.role !== 'assistant') return `${node.role}, written by the auditor`;
  if (node.origin !== 'sampled') return 'put into the target’s mouth, not its own words';
  const above = node.parent === null ? undefined : nodes[node.parent];
  const after = above?.origin === 'prefilled' ? ', going on from what was put into its mouth' : '';
  const end =
    node.stop === 'truncated'
      ? ', cut at the token limit'
      : node.stop === 'refused'
        ? ', marked as a refusal by its server'
        : '';
  return `the target’s own words${after}${end}`;
}
