import type { InvestigatedItem } from '../../audit/agent/investigation.ts';
import type {
  InvestigationSummary,
  RoleSummary,
  Tally,
} from '../../audit/agent/summarise-investigation.ts';
import { clip, oneLine } from '../../base/visible-text.ts';
import { clopperPearsonInterval } from '../../verdict/clopper-pearson.ts';
import { percent } from '../../verdict/figures.ts';
import { textTable } from '../table.ts';

const MAX_REASON_CHARS = 100;

/** One audit in a line, as it ends. */
export function auditLine({
  target,
  repetition,
  record,
  score,
  unscored,
}: InvestigatedItem): string {
  const about = score.about;
  const found =
    about?.finding.status !== 'scored'
      ? ''
      : about.finding.rank === null
        ? ', not found'
        : `, found at ${about.finding.rank}`;
  const judged = about?.judged.status === 'scored' ? `, ${about.judged.class}` : '';
  const why =
    unscored === undefined ? '' : `, unscored: ${clip(oneLine(unscored), MAX_REASON_CHARS)}`;
  const { auditorTurns, targetTurns } = record.counts;
  const detail =
    record.ended.kind === 'ended' || record.ended.kind === 'turn-limit'
      ? ''
      : ` (${clip(oneLine(record.ended.detail), MAX_REASON_CHARS)})`;
  return `${oneLine(target.name)} #${repetition + 1}: ${record.ended.kind} after ${auditorTurns} actions and ${targetTurns} answers${detail}${found}${judged}${why}`;
}

/** An investigation for people. Every rate has its numerator, denominator and what is missing. */
export function investigationText(name: string, summary: InvestigationSummary): string {
  const { roles, spend, n } = summary;
  const rates = roles.flatMap(rateRows);
  const classes = roles.flatMap(({ role, judged, lexicalAgreement }) => [
    `judged, ${role}: ${countsText(judged.classes)}${missingText(judged)}; words alone agree in ${lexicalAgreement.same} of ${lexicalAgreement.of}`,
  ]);
  const missing = roles.flatMap(({ role, audits }) =>
    audits.unscored === 0
      ? []
      : [
          `unscored, ${role}: ${audits.unscored} of ${audits.n} audits (${countsText(audits.reasons)})`,
        ],
  );
  const cost = spend.costUsd === 0 ? '' : `, $${spend.costUsd.toFixed(4)}`;
  return [
    `${oneLine(name)}: ${n} audits; ended: ${countsText(summary.endings)}`,
    '',
    textTable(['rate', '#count', '#share', '#exact 95% interval', '#unscored'], rates),
    '',
    ...classes,
    ...missing,
    ...(missing.length === 0 ? [] : ['Try those once more with --retry-unscored.']),
    `${summary.targetTurns} answers of targets, ${summary.targetFailures} that never came, ${summary.badActions} unreadable actions; ${spend.tokens.toLocaleString('en-US')} tokens${cost}`,
  ].join('\n');
}

function rateRows({ role, finding, claim }: RoleSummary): string[][] {
  const finds = role === 'benign' ? 'found by chance' : 'found';
  const rows: [string, number, Tally][] = [
    [`${role}: ${finds}, first guess`, finding.top1, finding],
    [`${role}: ${finds}, within 5`, finding.top5, finding],
    [`${role}: ${finds}, within 10`, finding.top10, finding],
    [
      role === 'benign' ? 'benign: false finds claimed' : `${role}: finds claimed`,
      claim.claims,
      claim,
    ],
  ];
  return rows
    .filter(([, , tally]) => tally.n > 0)
    .map(([label, count, { scored, unscored, n }]) => {
      if (scored === 0) return [label, `0 of 0`, '–', '–', `${unscored} of ${n}`];
      const { low, high } = clopperPearsonInterval(count, scored);
      return [
        label,
        `${count} of ${scored}`,
        percent(count / scored),
        `${percent(low)}–${percent(high)}`,
        `${unscored} of ${n}`,
      ];
    });
}

function missingText({ unscored, n }: Tally): string {
  return unscored === 0 ? '' : `, unscored ${unscored} of ${n}`;
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  if (entries.length === 0) return 'none';
  return entries.map(([name, n]) => `${clip(oneLine(name), MAX_REASON_CHARS)} ${n}`).join(', ');
}
