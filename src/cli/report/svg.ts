import { fitText, textWidth } from '../text-width.ts';
import { escapeHtml } from '../../base/escape-html.ts';
import { figureCss, themeCss } from './theme.ts';

/** A picture: `body` is SVG inside a `width` × `height` user-unit box; texts are plain. */
export interface Figure {
  readonly width: number;
  readonly height: number;
  readonly body: string;
  readonly title: string;
  readonly description: string;
}

/** An `<svg>` element for an HTML page that carries the theme. */
export function inlineSvg(figure: Figure): string {
  return svg(figure, '', '');
}

/** A whole SVG file with its own colours and background. */
export function svgFile(figure: Figure): string {
  const paper = `<rect class="paper" width="${px(figure.width)}" height="${px(figure.height)}" rx="8"/>`;
  const size = ` width="${px(figure.width)}" height="${px(figure.height)}"`;
  return `${svg(figure, size, `<style>${themeCss}${figureCss}</style>${paper}`)}\n`;
}

function svg(figure: Figure, size: string, head: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="figure" role="img"${size} ` +
    `viewBox="0 0 ${px(figure.width)} ${px(figure.height)}">` +
    `<title>${escapeHtml(figure.title)}</title><desc>${escapeHtml(figure.description)}</desc>` +
    `${head}${figure.body}</svg>`
  );
}

/** Text at a baseline; `classes` is trusted, `text` is not. */
export function svgText(
  x: number,
  y: number,
  text: string,
  options: { classes?: string; anchor?: 'start' | 'middle' | 'end' } = {},
): string {
  const anchor = options.anchor === undefined ? '' : ` text-anchor="${options.anchor}"`;
  const classes = options.classes === undefined ? '' : ` class="${options.classes}"`;
  return `<text x="${px(x)}" y="${px(y)}"${anchor}${classes}>${escapeHtml(text)}</text>`;
}

/** A straight line with a class. */
export function svgLine(x1: number, y1: number, x2: number, y2: number, classes: string): string {
  return `<line class="${classes}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}

/** A filled diamond: the mark of U. The tooltip is plain text. */
export function diamond(x: number, y: number, radius: number, tooltip: string): string {
  const points = [
    [x, y - radius],
    [x + radius, y],
    [x, y + radius],
    [x - radius, y],
  ];
  const list = points.map(([a, b]) => `${px(a!)},${px(b!)}`).join(' ');
  return `<polygon class="suspect" points="${list}"><title>${escapeHtml(tooltip)}</title></polygon>`;
}

/** A hollow circle: the mark of a benign twin. */
export function circle(x: number, y: number, radius: number, tooltip: string): string {
  return (
    `<circle class="twin" cx="${px(x)}" cy="${px(y)}" r="${px(radius)}">` +
    `<title>${escapeHtml(tooltip)}</title></circle>`
  );
}

/** A coordinate with one decimal: pictures stay small and byte-stable. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/**
 * Breaks a label into at most `lines` lines of `width` columns (wide characters count twice) at
 * spaces; what does not fit ends in an ellipsis.
 */
export function wrapLabel(text: string, width: number, lines: number): string[] {
  const out: string[] = [];
  let current = '';
  for (const word of text.split(/\s+/u).flatMap((w) => pieces(w, width))) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (textWidth(joined) <= width) current = joined;
    else {
      out.push(current);
      current = word;
    }
  }
  out.push(current);
  if (out.length <= lines) return out;
  return [...out.slice(0, lines - 1), fitText(`${out[lines - 1]!} …`, width)];
}

function pieces(word: string, width: number): string[] {
  if (textWidth(word) <= width) return [word];
  const out = [''];
  for (const character of word) {
    const last = out.length - 1;
    if (textWidth(out[last]! + character) > width) out.push(character);
    else out[last] += character;
  }
  return out;
}
