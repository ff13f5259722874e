import { describe, expect, it } from 'vitest';
import { type TerminalStream, WindowRenderer } from './window-renderer.ts';

interface Screen extends TerminalStream {
  readonly lines: () => string[];
}

/** A tiny terminal: understands the few sequences the window uses. */
function screen(columns: number, rows: number): Screen {
  const lines = [''];
  let row = 0;
  const put = (text: string): void => {
    for (const part of text.replaceAll('\u001B', '␛').split(/(␛\[[?0-9]*[A-Za-z]|\n|\r)/u)) {
      const up = /^␛\[(\d+)A$/u.exec(part);
      if (up !== null) row -= Number(up[1]);
      else if (part === '␛[J') lines.splice(row, lines.length, '');
      else if (part === '\n') lines[++row] ??= '';
      else if (part !== '\r' && !part.startsWith('␛')) lines[row] += part;
    }
  };
  return {
    columns,
    rows,
    write: (chunk) => {
      put(String(chunk));
      return true;
    },
    lines: () => lines,
  };
}

describe('WindowRenderer', () => {
  it('redraws in place and leaves nothing behind', () => {
    const output = screen(40, 10);
    let count = 0;
    const window = new WindowRenderer({
      output,
      intercept: [output],
      lines: () => [`count ${count}`, 'second line'],
    });
    window.start();
    count = 1;
    window.draw();
    expect(output.lines()).toEqual(['count 1', 'second line', '']);
    window.stop();
    expect(output.lines()).toEqual(['']);
  });

  it('prints stray writes above the window, in order, from every stream', () => {
    const output = screen(40, 10);
    const other = screen(40, 10);
    const window = new WindowRenderer({
      output,
      intercept: [output, other],
      lines: () => ['window'],
    });
    window.start();
    output.write('first\n');
    other.write(new TextEncoder().encode('second without newline'));
    window.draw();
    expect(output.lines()).toEqual(['first', 'second without newline', 'window', '']);
    expect(other.lines()).toEqual(['']);
    output.write('last\n');
    window.stop();
    output.write('after\n');
    expect(output.lines()).toEqual(['first', 'second without newline', 'last', 'after', '']);
  });

  it('fits lines to the size of the terminal', () => {
    const output = screen(24, 5);
    const window = new WindowRenderer({
      output,
      intercept: [],
      lines: () => Array.from({ length: 9 }, (_, i) => `${i} ${'x'.repeat(90)}`),
    });
    window.start();
    expect(output.lines()).toHaveLength(5);
    expect(output.lines()[0]).toBe(`0 ${'x'.repeat(20)}…`);
    window.stop();
  });

  it('calls back held writes and may be stopped twice', () => {
    const output = screen(40, 10);
    const window = new WindowRenderer({ output, intercept: [output], lines: () => [] });
    window.start();
    let called = 0;
    output.write('x', () => called++);
    output.write('y', 'utf8', () => called++);
    window.stop();
    window.stop();
    expect(called).toBe(2);
    expect(output.lines()).toEqual(['xy', '']);
  });
});
