import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topologicalOrder } from './topological-order.ts';

interface Node {
  readonly key: string;
  readonly inputs: Node[];
}
const graph = { key: (node: Node) => node.key, inputs: (node: Node) => node.inputs };
const node = (key: string, ...inputs: Node[]): Node => ({ key, inputs });

describe('topologicalOrder', () => {
  it('finishes one target before it begins what only the next one needs', () => {
    const base = node('base');
    const first = node('audit-1', node('student-1', base));
    const second = node('audit-2', node('student-2', base));
    expect(topologicalOrder([first, second], graph).map(graph.key)).toEqual([
      'base',
      'student-1',
      'audit-1',
      'student-2',
      'audit-2',
    ]);
  });

  it('takes equal keys for the same node', () => {
    const order = topologicalOrder([node('b', node('a')), node('c', node('a')), node('b')], graph);
    expect(order.map(graph.key)).toEqual(['a', 'b', 'c']);
  });

  it('names a cycle', () => {
    const a = node('a');
    const b = node('b', a);
    a.inputs.push(node('c', b));
    expect(() => topologicalOrder([node('start', b)], graph)).toThrow('b → a → c → b');
  });

  it('puts inputs before users in any graph without cycles', () => {
    const edges = fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), { maxLength: 30 });
    fc.assert(
      fc.property(edges, (lists) => {
        const nodes: Node[] = [];
        // An input always has a smaller index, so there is no cycle.
        for (const [index, list] of lists.entries()) {
          const inputs = list.filter((input) => input < index).map((input) => nodes[input]!);
          nodes.push(node(String(index), ...inputs));
        }
        const order = topologicalOrder(nodes.toReversed(), graph);
        const position = new Map(order.map(({ key }, index) => [key, index]));
        expect(order).toHaveLength(nodes.length);
        for (const { key, inputs } of nodes) {
          for (const input of inputs) {
            expect(position.get(input.key)!).toBeLessThan(position.get(key)!);
          }
        }
      }),
    );
  });
});
