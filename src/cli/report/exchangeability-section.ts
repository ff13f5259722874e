import type { Exchangeability } from '../../study/exchangeability.ts';
import { decimal, pValue } from '../../verdict/figures.ts';
import { escapeHtml } from '../../base/escape-html.ts';
import { table } from './tables.ts';

/** What is assumed of the twins of a real teacher, with the figures that could show it false. */
export function exchangeabilitySection(found: Exchangeability): string {
  const rows = found.diagnostics.map(({ name, unit, suspect, low, high, outside, p }) => {
    const numbers = [decimal(suspect), `${decimal(low)} to ${decimal(high)}`, pValue(p)];
    const cells = numbers.map((text) => `<td class="n">${escapeHtml(text)}</td>`).join('');
    return (
      `<tr><td>${escapeHtml(name)}<br><span class="soft small">${escapeHtml(unit)}</span></td>` +
      `${cells}<td>${outside ? '<b>outside</b>' : 'within'}</td></tr>`
    );
  });
  return (
    `<p>${escapeHtml(found.assumption)}</p>` +
    table(['', '#U', '#twins', '#p', ''], [`<tbody>${rows.join('')}</tbody>`]) +
    `<p>${escapeHtml(flaggedText(found))}</p>`
  );
}

/** Which figures speak against the assumption, in one sentence. */
export function flaggedText({ flagged, diagnostics }: Exchangeability): string {
  return flagged.length === 0
    ? 'U lies within the range of its twins in all of them.'
    : `U lies outside the range of its twins in: ${flagged.join('; ')}. The p-values are two-sided ranks and not adjusted for looking at ${diagnostics.length}.`;
}
