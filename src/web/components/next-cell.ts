interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The cell an arrow key leads to from cell `at`: the nearest in that direction, along the row or
 * column first. Undefined: none, or another key.
 */
export function nextCell(boxes: readonly Box[], at: number, key: string): number | undefined {
  const from = boxes[at];
  if (from === undefined) return undefined;
  const [x, y] = centre(from);
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, box] of boxes.entries()) {
    const [bx, by] = centre(box);
    const [ahead, aside] = along(key, bx - x, by - y);
    if (i === at || ahead < 1) continue;
    // A step aside costs more than any way ahead in the same line.
    const distance = ahead + aside * 4;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

function centre({ left, top, width, height }: Box): [number, number] {
  return [left + width / 2, top + height / 2];
}

function along(key: string, dx: number, dy: number): [number, number] {
  switch (key) {
    case 'ArrowRight':
      return [Math.abs(dy) < 4 ? dx : -1, 0];
    case 'ArrowLeft':
      return [Math.abs(dy) < 4 ? -dx : -1, 0];
    case 'ArrowDown':
      return [dy < 4 ? -1 : dy, Math.abs(dx)];
    case 'ArrowUp':
      return [dy > -4 ? -1 : -dy, Math.abs(dx)];
    default:
      return [-1, 0];
  }
}
