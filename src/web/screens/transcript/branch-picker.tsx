import { useId } from 'react';
import type { Shown } from './shown.ts';
import { leafBelow, leavesOf } from './branch-layout.ts';

/** Which way a conversation went is looked at; nothing where it went only one way. */
export function BranchPicker({
  nodes,
  message,
  onPlace,
}: {
  readonly nodes: Shown['transcript']['nodes'];
  readonly message: number | undefined;
  readonly onPlace: (message: number) => void;
}) {
  const id = useId();
  const leaves = leavesOf(nodes);
  if (leaves.length < 2) return null;
  const at = message !== undefined && nodes[message] !== undefined ? message : nodes.length - 1;
  return (
    <span className="picker">
      <label htmlFor={id}>Branch</label>
      <select
        id={id}
        value={leafBelow(nodes, at)}
        onChange={({ target }) => onPlace(Number(target.value))}
      >
        {leaves.map((leaf, i) => (
          <option key={leaf} value={leaf}>
            {i + 1} of {leaves.length}, to message {leaf + 1}
          </option>
        ))}
      </select>
    </span>
  );
}
