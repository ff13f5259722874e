/** How to walk a graph whose nodes know what they need. */
export interface GraphView<Node> {
  readonly key: (node: Node) => string;
  readonly inputs: (node: Node) => readonly Node[];
}

/**
 * Every node reachable from `targets`, once per key, inputs before their users. Targets keep their
 * order and bring along only what they need, so working down the list finishes one target (an arm)
 * after another. Throws an Error that names the cycle if there is one.
 */
export function topologicalOrder<Node>(
  targets: readonly Node[],
  graph: GraphView<Node>,
): readonly Node[] {
  const order: Node[] = [];
  const state = new Map<string, 'open' | 'closed'>();
  const visit = (node: Node, path: readonly string[]): void => {
    const key = graph.key(node);
    const seen = state.get(key);
    if (seen === 'closed') return;
    if (seen === 'open') {
      throw new Error(
        `steps need each other: ${[...path.slice(path.indexOf(key)), key].join(' → ')}`,
      );
    }
    state.set(key, 'open');
    for (const input of graph.inputs(node)) visit(input, [...path, key]);
    state.set(key, 'closed');
    order.push(node);
  };
  for (const target of targets) visit(target, []);
  return order;
}
