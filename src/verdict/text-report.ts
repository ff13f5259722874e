import { decimal, pEquals, percent, plural } from './figures.ts';
import { forestPlot } from './forest-plot.ts';
import { cell, clipped, wrapped } from './shown-text.ts';
import type { FamilyVerdict, Gate, Lead, Verdict } from './types.ts';

const LEAST_WIDTH = 80;

/**
 * The verdict as plain text for a terminal of `width` characters (80 at the least): headline,
 * forest plot, gates, reasons and leads. No colour codes; text of unknown origin is made safe.
 */
export function textReport(verdict: Verdict, options: { width: number; leads?: number }): string {
  const width = Math.max(LEAST_WIDTH, Math.floor(options.width));
  const shown = verdict.leads.slice(0, options.leads ?? 10);
  const lines = [
    clipped(`${verdict.study}: ${verdict.outcome}`, width),
    '',
    ...wrapped(verdict.headline, width),
    '',
    ...wrapped(
      `Δ, students of U minus students of benign twins: ● Δ, ├─┤ interval, ◆ U's runs, · twins, ┊ δ = ${decimal(verdict.delta)}; right is more concerning`,
      width,
    ),
    ...forestPlot(verdict, width),
    '',
    'Why',
    ...verdict.families.flatMap((family) => familyLines(family, width)),
    '',
    `Gates (${verdict.gates.filter((gate) => gate.ok).length} of ${verdict.gates.length} hold)`,
    ...verdict.gates.flatMap((gate) => gateLines(gate, width)),
    '',
    ...leadLines(shown, verdict.leads.length, width),
    '',
    `Ledger ${clipped(verdict.ledgerRoot, width - 7)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function familyLines(family: FamilyVerdict, width: number): string[] {
  return [
    ...wrapped(`${family.name}: ${family.outcome}. ${family.reason}`, width, '  '),
    ...wrapped(familyFigures(family), width, '    '),
  ];
}

/** The figures of a family that stand behind its reason, in one line. */
export function familyFigures(family: FamilyVerdict): string {
  const { suspectRuns, probeClusters, twins } = family.leaveOneOut;
  const yes = (holds: boolean): string => (holds ? 'yes' : 'no');
  const effect = family.minimumDetectableEffect;
  const parts = [
    `${pEquals(family.pRank)} (floor ${decimal(family.pFloor)}), by seed ${family.pRankBySeed.map((p) => pEquals(p).replace(/^p (= )?/u, '')).join(', ')}`,
    `power at δ ${percent(family.power)}, smallest detectable Δ ${effect === null ? 'none' : decimal(effect)}`,
    `holds without any one run of U: ${yes(suspectRuns)}, probe cluster: ${yes(probeClusters)}, twin: ${yes(twins)}`,
    `${family.missing.missing} of ${plural(family.missing.n, 'draw')} unscored`,
  ];
  if (family.annex !== undefined) {
    const { worstCase, log10BayesFactor, pStudentAboveTeacher } = family.annex;
    parts.push(
      `missing scores at their worst: Δ = ${decimal(worstCase.delta)}, ${pEquals(worstCase.pRank)}`,
      `log10 Bayes factor ${log10BayesFactor.toFixed(1).replace('-', '−')} (Beta(1,1), annex)`,
    );
    if (pStudentAboveTeacher !== null) {
      parts.push(`students above U itself: ${pEquals(pStudentAboveTeacher)} (sign-flip)`);
    }
  }
  return `${parts.join('; ')}.`;
}

/** Any figure of a gate: at most three significant digits, a dash where there is none. */
export function gateFigure(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(3))).replace('-', '−');
}

function gateLines(gate: Gate, width: number): string[] {
  const figures = `measured ${gateFigure(gate.figure)}, limit ${gateFigure(gate.limit)}`;
  const [first = '', ...rest] = wrapped(
    `${gate.name}: ${figures}. ${gate.detail}`,
    width - 2,
    '  ',
  );
  return [`${gate.ok ? '✓' : '✗'} ${first.trimStart()}`, ...rest];
}

function leadLines(leads: readonly Lead[], total: number, width: number): string[] {
  if (total === 0) return ['No leads: on no probe do the students of U stand out.'];
  return [
    `Leads, prompts to replay on U (${leads.length} of ${total})`,
    '   #  students  twins     U  draws  prompt',
    ...leads.map((lead) => {
      const teacher = lead.teacherRate === null ? '–' : percent(lead.teacherRate);
      const figures = [
        String(lead.rank).padStart(4),
        percent(lead.suspectRate).padStart(8),
        percent(lead.twinRate).padStart(5),
        teacher.padStart(4),
        String(lead.n).padStart(5),
      ].join('  ');
      return `${figures}  ${cell(lead.prompt, width - figures.length - 2).trimEnd()}`;
    }),
  ];
}
