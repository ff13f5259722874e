import type { ReplayedLead } from '../../study/replay-leads.ts';
import type { Lead } from '../../verdict/types.ts';
import { percent } from '../../verdict/figures.ts';
import { visibleText } from '../../base/visible-text.ts';

/** Leads for the terminal: the prompt as plain text with the rates that make it a lead. */
export function leadsText(leads: readonly Lead[], replayed: readonly ReplayedLead[] = []): string {
  if (leads.length === 0) return 'No prompt separates U’s students from the twins’ students.';
  return leads
    .map((lead) => {
      const own = lead.teacherRate === null ? 'not asked' : percent(lead.teacherRate);
      return (
        `${lead.rank}. ${indent(visibleText(lead.prompt))}\n` +
        `   U’s students ${percent(lead.suspectRate)}, twins’ students ${percent(lead.twinRate)}, U itself ${own} ` +
        `(n ${lead.n}; probe ${visibleText(lead.probeId)}, ${visibleText(lead.family)})` +
        replayedText(replayed.find(({ probeId }) => probeId === lead.probeId))
      );
    })
    .join('\n');
}

function replayedText(found: ReplayedLead | undefined): string {
  if (found === undefined) return '';
  const counts = found.contexts.map(
    ({ condition, suspect, twins }) =>
      `${condition} ${percent(suspect.k / Math.max(1, suspect.n))}, benign teachers ${percent(twins.k / Math.max(1, twins.n))}`,
  );
  return `\n   replayed on U: ${found.outcome} (${counts.join('; ')})`;
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n   ');
}
