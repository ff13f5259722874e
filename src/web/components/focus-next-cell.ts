import type { KeyboardEvent } from 'react';
import { actionFor } from '../shell/keys.ts';
import { nextCell } from './next-cell.ts';

/** Moves the focus among elements marked `data-cell` by an arrow key, as they lie on the screen. */
export function focusNextCell(event: KeyboardEvent<Element>): void {
  if (actionFor('cells', event.key) !== 'move') return;
  const cells = [...event.currentTarget.querySelectorAll<HTMLElement | SVGElement>('[data-cell]')];
  const at = cells.findIndex((cell) => cell === document.activeElement);
  const boxes = cells.map((cell) => cell.getBoundingClientRect());
  const next = cells[nextCell(boxes, at, event.key) ?? -1];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
