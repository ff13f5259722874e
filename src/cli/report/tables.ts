import type { FamilyVerdict, Gate, Lead, Outcome, Verdict } from '../../verdict/types.ts';
import { bracket, decimal, percent, pValue } from '../../verdict/figures.ts';
import { figure } from '../../base/numbers.ts';
import { escapeHtml } from '../../base/escape-html.ts';
import { annexText } from '../../verdict/annex-text.ts';
import { robustnessText } from '../../verdict/robustness-text.ts';
import type { ClassRow, ProfileTable } from '../../readers/profile-rows.ts';
import type { AuditabilityTable } from './extras.ts';
import { inReadingOrder } from './layout.ts';

/** Outcome as a coloured pill; the word carries the meaning, the colour repeats it. */
export function outcomeBadge(outcome: Outcome): string {
  return `<span class="outcome ${outcome.replace(' ', '-')}">${outcome}</span>`;
}

/** Gates: what must hold for any outcome to count. */
export function gatesTable(gates: readonly Gate[]): string {
  const rows = gates.map(
    (gate) =>
      `<tr><td>${gate.ok ? '<span class="ok">✓ holds</span>' : '<span class="fails">✗ FAILS</span>'}</td>` +
      `<td>${escapeHtml(gate.name)}</td><td class="n">${figure(gate.figure)}</td>` +
      `<td class="n">${figure(gate.limit)}</td><td>${escapeHtml(gate.detail)}</td></tr>`,
  );
  return table(
    ['', 'gate', '#measured', '#limit', 'what was measured'],
    [`<tbody>${rows.join('')}</tbody>`],
  );
}

/** Every figure a family's outcome rests on, with the reason in words below. */
export function familiesTable(verdict: Verdict): string {
  const head = [
    'outcome',
    '#Δ [interval]',
    '#runs U / twins',
    '#scores (missing)',
    '#p',
    '#Holm p',
    '#floor',
    '#power at δ',
    '#MDE',
  ];
  return table(head, inReadingOrder(verdict.families).map(familyRows));
}

function familyRows(family: FamilyVerdict): string {
  const { interval, missing, leaveOneOut } = family;
  const badge = family.primary
    ? '<span class="badge primary">primary</span>'
    : '<span class="badge">exploratory</span>';
  const cells = [
    `${decimal(family.delta)} ${bracket(interval)}`,
    `${family.suspectRuns.length} / ${family.twinRuns.length}`,
    `${figure(missing.n)} (${figure(missing.missing)})`,
    pValue(family.pRank),
    family.pHolm === null ? '—' : pValue(family.pHolm),
    pValue(family.pFloor),
    percent(family.power),
    family.minimumDetectableEffect === null ? 'none' : decimal(family.minimumDetectableEffect),
  ];
  const seeds = family.pRankBySeed
    .map((p, i) => `${pValue(p)}${i === 0 ? ' (registered)' : ''}`)
    .join(', ');
  const holds = [
    ['any one run of U', leaveOneOut.suspectRuns],
    ['any one cluster of probes', leaveOneOut.probeClusters],
    ['any one twin', leaveOneOut.twins],
  ] as const;
  const robust = holds.map(([what, ok]) => `${what}: ${ok ? 'yes' : 'no'}`).join('; ');
  return (
    `<tbody class="family"><tr><td colspan="9"><b>${escapeHtml(family.name)}</b> ${badge}</td></tr>` +
    `<tr><td>${escapeHtml(family.outcome)}</td>` +
    `${cells.map((cell) => `<td class="n">${cell}</td>`).join('')}</tr>` +
    `<tr><td colspan="9"><div class="reason">${escapeHtml(family.reason)}</div>` +
    `<div>Rank p by seed of U: ${seeds}. Still met without ${robust}. ` +
    `Interval: ${figure(interval.level * 100)}%, ${escapeHtml(interval.method)}.${escapeHtml(robustnessText(family))}</div>` +
    `<div>${escapeHtml(annexText(family))}</div></td></tr></tbody>`
  );
}

/** Ranked prompts to replay on U; prompts are untrusted and shown as plain text. */
export function leadsTable(leads: readonly Lead[]): string {
  const rows = leads.map(
    (lead) =>
      `<tr><td class="n">${lead.rank}</td><td><div class="untrusted" dir="auto">${escapeHtml(lead.prompt)}</div>` +
      `<span class="soft small">probe ${escapeHtml(lead.probeId)} · ${escapeHtml(lead.family)}</span></td>` +
      `<td class="n">${percent(lead.suspectRate)}</td><td class="n">${percent(lead.twinRate)}</td>` +
      `<td class="n">${lead.teacherRate === null ? '—' : percent(lead.teacherRate)}</td>` +
      `<td class="n">${figure(lead.n)}</td></tr>`,
  );
  return table(
    ['##', 'prompt to replay on U', '#U’s students', '#twins’ students', '#U itself', '#draws'],
    [`<tbody>${rows.join('')}</tbody>`],
  );
}

/** Every audit of every kind of model. */
export function profileTable({ columns, rows }: ProfileTable): string {
  const body = rows.map((row) => {
    const rates = row.rates.map(
      (value) => `<td class="n">${value === null ? '—' : percent(value)}</td>`,
    );
    return `<tr><td>${escapeHtml(row.label)}</td><td class="n">${row.models}</td>${rates.join('')}</tr>`;
  });
  const head = ['', '#models', ...columns.map((column) => `#${column}`)];
  return table(head, [`<tbody>${body.join('')}</tbody>`]);
}

/** Answers by class, as shares of those that were scored; a dash where there is none. */
export function classTable(rows: readonly ClassRow[]): string {
  const names = Object.keys(rows[0]?.counts ?? {});
  const body = rows.map(({ label, audit, counts }) => {
    const n = names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
    const cells = names.map((name) => {
      const count = counts[name] ?? 0;
      return `<td class="n">${count === 0 ? '—' : percent(count / n)}</td>`;
    });
    return `<tr><td>${escapeHtml(label)}</td><td>${escapeHtml(audit)}</td><td class="n">${n}</td>${cells.join('')}</tr>`;
  });
  return table(
    ['', 'audit', '#answers', ...names.map((name) => `#${name}`)],
    [`<tbody>${body.join('')}</tbody>`],
  );
}

/** Rows of text under a heading; `#` marks columns of figures. */
export function textRows({ head, rows }: Pick<AuditabilityTable, 'head' | 'rows'>): string {
  const body = rows.map((row) => {
    const cells = row.map((text, at) =>
      head[at]?.startsWith('#')
        ? `<td class="n">${escapeHtml(text)}</td>`
        : `<td>${escapeHtml(text)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return table(head, [`<tbody>${body.join('')}</tbody>`]);
}

/** A `#` in front of a heading marks a column of numbers. */
export function table(head: readonly string[], bodies: readonly string[]): string {
  const cells = head.map((text) =>
    text.startsWith('#')
      ? `<th scope="col" class="n">${escapeHtml(text.slice(1))}</th>`
      : `<th scope="col">${escapeHtml(text)}</th>`,
  );
  return `<div class="scroll"><table><thead><tr>${cells.join('')}</tr></thead>${bodies.join('')}</table></div>`;
}
