import type { TranscriptNode } from '../../../artifacts/transcript.ts';

/** How one message stands in the rail beside a conversation with branches. */
export interface RailRow {
  /** Column of the message; the first way the conversation went is 0. */
  readonly lane: number;
  /** Columns of other branches that go past this message. */
  readonly through: readonly number[];
  /** Columns of the second and later answers to this message; their lines begin here. */
  readonly forks: readonly number[];
  /** Whether it answers a message above. */
  readonly above: boolean;
  /** Whether a message answers it. */
  readonly below: boolean;
}

/**
 * Columns for messages in the order they came. The first answer goes on in the column of what it
 * answers; later ones get the leftmost column that is free from there on until they come.
 */
export function branchLayout(nodes: readonly Pick<TranscriptNode, 'parent'>[]): readonly RailRow[] {
  const children = childrenOf(nodes);
  const laneOf: number[] = [];
  /** The last message at which a column is in use. */
  const busyUntil: number[] = [];
  const take = (at: number, until: number): number => {
    const free = busyUntil.findIndex((last) => last < at);
    const lane = free === -1 ? busyUntil.length : free;
    busyUntil[lane] = until;
    return lane;
  };
  return nodes.map(({ parent }, at) => {
    const lane = laneOf[at] ?? take(at, at);
    const [first, ...later] = children[at]!;
    busyUntil[lane] = first ?? at;
    const through = busyUntil.flatMap((last, other) =>
      other !== lane && last > at ? [other] : [],
    );
    if (first !== undefined) laneOf[first] = lane;
    const forks = later.map((child) => (laneOf[child] = take(at, child)));
    return { lane, through, forks, above: parent !== null, below: first !== undefined };
  });
}

/** Indices of the messages that answer each message, in order. */
export function childrenOf(
  nodes: readonly Pick<TranscriptNode, 'parent'>[],
): readonly (readonly number[])[] {
  const children: number[][] = nodes.map(() => []);
  for (const [at, { parent }] of nodes.entries()) if (parent !== null) children[parent]!.push(at);
  return children;
}

/** The last message of the way through `at`: where it branches, the latest branch. */
export function leafBelow(nodes: readonly Pick<TranscriptNode, 'parent'>[], at: number): number {
  const children = childrenOf(nodes);
  let leaf = at;
  for (let next = children[at]?.at(-1); next !== undefined; next = children[next]?.at(-1)) {
    leaf = next;
  }
  return leaf;
}

/** The messages nothing answers: the ends of all branches, in the order they came. */
export function leavesOf(nodes: readonly Pick<TranscriptNode, 'parent'>[]): readonly number[] {
  return childrenOf(nodes).flatMap((children, at) => (children.length === 0 ? [at] : []));
}
