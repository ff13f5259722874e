import { describe, expect, it } from 'vitest';
import { nextCell } from './next-cell.ts';

// Two rows: the first of three narrow cells, the second of two wide ones.
const BOXES = [
  { left: 0, top: 0, width: 20, height: 20 },
  { left: 20, top: 0, width: 20, height: 20 },
  { left: 40, top: 0, width: 20, height: 20 },
  { left: 0, top: 20, width: 30, height: 20 },
  { left: 30, top: 20, width: 30, height: 20 },
];

describe('arrow keys in a picture of cells', () => {
  it('go along the row and stop at its end', () => {
    expect(nextCell(BOXES, 0, 'ArrowRight')).toBe(1);
    expect(nextCell(BOXES, 2, 'ArrowRight')).toBeUndefined();
    expect(nextCell(BOXES, 4, 'ArrowLeft')).toBe(3);
  });

  it('go to the nearest cell of the row below or above', () => {
    expect(nextCell(BOXES, 2, 'ArrowDown')).toBe(4);
    expect(nextCell(BOXES, 3, 'ArrowUp')).toBe(0);
  });

  it('leave other keys alone', () => {
    expect(nextCell(BOXES, 0, 'Enter')).toBeUndefined();
    expect(nextCell(BOXES, -1, 'ArrowDown')).toBeUndefined();
  });
});
