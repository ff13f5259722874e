import { decimal, percent, pValue } from '../../verdict/figures.ts';
import type { SequentialState, Verdict } from '../../verdict/types.ts';
import { changes, designRows } from '../../verdict/words.ts';
import { escapeHtml } from '../../base/escape-html.ts';
import { inReadingOrder } from './layout.ts';
import { table } from './tables.ts';

/** What each primary outcome does not say, and what would have had to be different for another. */
export function changeSection(verdict: Verdict): string {
  const failed = changes(verdict);
  const families = inReadingOrder(verdict.families).filter(({ primary }) => primary);
  const named = families.length > 1;
  return [
    failed.length === 0 ? '' : list(failed),
    ...families.map((family) => {
      const caveat = family.caveat ?? '';
      const sentences = family.wouldChange ?? [];
      return (
        (named ? `<h3>${escapeHtml(family.name)}</h3>` : '') +
        (caveat === '' ? '' : `<p>${escapeHtml(caveat)}</p>`) +
        (sentences.length === 0 ? '' : list(sentences))
      );
    }),
  ].join('');
}

/** Power of every primary family: chance of finding δ, and what larger studies would find. */
export function powerSection(verdict: Verdict): string {
  const families = inReadingOrder(verdict.families).filter(({ primary }) => primary);
  const rows = families.flatMap((family) =>
    designRows(family).map(
      ({ design, effect }, at) =>
        `<tr><td>${at === 0 ? `<b>${escapeHtml(family.name)}</b>` : ''}</td>` +
        `<td>${escapeHtml(design)}</td><td class="n">${at === 0 ? percent(family.power) : ''}</td>` +
        `<td class="n">${escapeHtml(effect)}</td></tr>`,
    ),
  );
  const head = [
    'family',
    'design',
    `#chance to find Δ = ${decimal(verdict.delta)}`,
    '#smallest Δ found with 80% power',
  ];
  return rows.length === 0 ? '' : table(head, [`<tbody>${rows.join('')}</tbody>`]);
}

/** The declared looks of a sequential study and where it stands. */
export function looksSection(state: SequentialState): string {
  const rows = state.looks.map((size, k) => {
    const level = state.levels[k] ?? 0;
    const needs = level > 0 ? `p ≤ ${pValue(level)}` : 'cannot incriminate';
    const at = k + 1 === state.look ? '<b>this look</b>' : k + 1 < state.look ? 'passed' : 'ahead';
    return `<tr><td class="n">${k + 1}</td><td>${size} ${state.adds}</td><td>${needs}</td><td>${at}</td></tr>`;
  });
  return (
    `<p>${escapeHtml(state.detail)}</p>` +
    table(['#look', 'size', 'rank p needed', ''], [`<tbody>${rows.join('')}</tbody>`])
  );
}

function list(sentences: readonly string[]): string {
  return `<ul>${sentences.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`;
}
