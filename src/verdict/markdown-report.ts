import { bracket, decimal, pValue, percent } from './figures.ts';
import { forestPlot } from './forest-plot.ts';
import { oneLine } from '../base/visible-text.ts';
import { clipped } from './shown-text.ts';
import { familyFigures, gateFigure } from './text-report.ts';
import type { FamilyVerdict, Gate, Lead, Verdict } from './types.ts';
import { changes, designRows, limits, OUTCOME_MEANING } from './words.ts';

const PLOT_WIDTH = 100;
const PROMPT_LENGTH = 200;

/** The verdict as Markdown: the same content as the text report, text of unknown origin escaped. */
export function markdownReport(verdict: Verdict, options: { leads?: number } = {}): string {
  const shown = verdict.leads.slice(0, options.leads ?? 20);
  const primary = verdict.families.filter((family) => family.primary);
  const blocks = [
    `# ${escaped(verdict.study)}: ${verdict.outcome}`,
    escaped(verdict.headline),
    escaped(OUTCOME_MEANING[verdict.outcome]),
    ...(verdict.sequential === undefined ? [] : ['## Looks', escaped(verdict.sequential.detail)]),
    `## Families`,
    // A fence longer than any run of backticks a name could hold.
    ['``````text', ...forestPlot(verdict, PLOT_WIDTH).map(withoutBackticks), '``````'].join('\n'),
    table(
      ['family', 'kind', 'outcome', 'Δ', 'p', 'Holm p', 'power at δ', 'smallest detectable Δ'],
      verdict.families.map(familyCells),
    ),
    verdict.families
      .map(
        (family) =>
          `- **${escaped(family.name)}**: ${escaped(family.reason)} ${escaped(familyFigures(family))}`,
      )
      .join('\n'),
    '## What would change this verdict',
    bullets([
      ...changes(verdict),
      ...primary.flatMap((family) => [family.caveat ?? '', ...(family.wouldChange ?? [])]),
    ]),
    '## Power',
    table(
      ['family', 'design', 'smallest Δ found with 80% power'],
      primary.flatMap((family) =>
        designRows(family).map(({ design, effect }) => [escaped(family.name), design, effect]),
      ),
    ),
    '## Gates',
    table(['', 'gate', 'measured', 'limit', 'what was measured'], verdict.gates.map(gateCells)),
    '## Leads',
    shown.length === 0
      ? 'On no probe do the students of U stand out.'
      : table(['#', 'students', 'twins', 'U', 'draws', 'family', 'prompt'], shown.map(leadCells)),
    '## Assumptions and limits',
    bullets(limits(verdict)),
    '## Provenance',
    `Study ${escaped(verdict.study)}. α = ${decimal(verdict.alpha)}, δ = ${decimal(verdict.delta)}. Ledger \`${withoutBackticks(oneLine(verdict.ledgerRoot))}\``,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function familyCells(family: FamilyVerdict): string[] {
  const effect = family.minimumDetectableEffect;
  return [
    escaped(family.name),
    family.primary ? 'primary' : 'exploratory',
    family.outcome,
    `${decimal(family.delta)} ${bracket(family.interval)}`,
    pValue(family.pRank),
    family.pHolm === null ? '–' : pValue(family.pHolm),
    percent(family.power),
    effect === null ? 'none' : decimal(effect),
  ];
}

function gateCells(gate: Gate): string[] {
  return [
    gate.ok ? '✓' : '✗',
    escaped(gate.name),
    gateFigure(gate.figure),
    gateFigure(gate.limit),
    escaped(gate.detail),
  ];
}

function leadCells(lead: Lead): string[] {
  return [
    String(lead.rank),
    percent(lead.suspectRate),
    percent(lead.twinRate),
    lead.teacherRate === null ? '–' : percent(lead.teacherRate),
    String(lead.n),
    escaped(lead.family),
    escaped(clipped(lead.prompt, PROMPT_LENGTH)),
  ];
}

function bullets(sentences: readonly string[]): string {
  return sentences
    .filter((sentence) => sentence !== '')
    .map((sentence) => `- ${escaped(sentence)}`)
    .join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

// Every ASCII character that Markdown or the HTML within it could take for markup.
function escaped(text: string): string {
  return oneLine(text)
    .replace(/&/gu, '&amp;')
    .replace(/</gu, '&lt;')
    .replace(/>/gu, '&gt;')
    .replace(/[\\`*_{}[\]#|~!]/gu, '\\$&')
    .replaceAll('://', '&#58;//')
    .replaceAll('@', '&#64;');
}

function withoutBackticks(text: string): string {
  return text.replaceAll('`', "'");
}
