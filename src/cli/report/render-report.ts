import type { Verdict } from '../../verdict/types.ts';
import { pEquals, percent } from '../../verdict/figures.ts';
import { escapeHtml } from '../../base/escape-html.ts';
import { exchangeabilitySection } from './exchangeability-section.ts';
import type { ReportExtras } from './extras.ts';
import { forestFigure } from './forest-figure.ts';
import { lossFigures } from './loss-figure.ts';
import { changeSection, looksSection, powerSection } from './reasoning-sections.ts';
import { transferFigures } from './transfer-figures.ts';
import { stripsFigure } from './strips-figure.ts';
import { type Figure, inlineSvg } from './svg.ts';
import {
  classTable,
  familiesTable,
  gatesTable,
  leadsTable,
  outcomeBadge,
  profileTable,
  textRows,
} from './tables.ts';
import { figureCss, pageCss, themeCss } from './theme.ts';
import { limits, OUTCOME_MEANING, twinCount } from '../../verdict/words.ts';

/**
 * The verdict as one self-contained HTML page: no script, no network (its own CSP forbids both),
 * light and dark, printable. Same inputs, same bytes. All text is escaped: U's words are hostile.
 */
export function renderReport(verdict: Verdict, extras: ReportExtras): string {
  const sections = [
    header(verdict, extras),
    pictures(verdict),
    section('What would change this verdict', changeSection(verdict)),
    ...(verdict.sequential === undefined
      ? []
      : [section('Looks: where this study stands', looksSection(verdict.sequential))]),
    section('Gates: may this result be trusted?', gatesIntro(verdict) + gatesTable(verdict.gates)),
    section(
      'Power: what this study could have seen',
      p(
        'A study that could not have seen an effect says nothing by not seeing one. The figures come from how much the benign twins differ; larger studies are projected from the same variation.',
      ) + powerSection(verdict),
    ),
    section(
      'Families: every figure behind the outcome',
      p(
        'A family compares students that differ only in their teacher. p: exact rank of U’s registered run among the twins. Holm p: corrected for the number of primary families. Floor: the smallest p this many twins allow. MDE: the smallest difference found with 80% power.',
      ) + familiesTable(verdict),
    ),
    ...(extras.exchangeability === undefined
      ? []
      : [section('Are the twins equals of U?', exchangeabilitySection(extras.exchangeability))]),
    profiles(extras),
    auditability(extras),
    transfer(extras),
    losses(extras),
    leads(verdict, extras),
    section(
      'Assumptions and limits',
      `<ul>${limits(verdict)
        .map((text) => `<li>${escapeHtml(text)}</li>`)
        .join('')}</ul>`,
    ),
    provenance(verdict, extras),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${escapeHtml(`${verdict.outcome} · ${verdict.study} · Informant verdict`)}</title>
<style>${themeCss}${figureCss}${pageCss}</style></head>
<body><main>
${sections.join('\n')}
</main></body></html>
`;
}

function header(verdict: Verdict, extras: ReportExtras): string {
  const twins = twinCount(verdict);
  const audit = verdict.teacherAudit;
  const held = verdict.gates.filter((gate) => gate.ok).length;
  const tiles = [
    [
      audit.passed ? 'U passes' : 'U fails',
      `its own audit: ${percent(audit.rate)}, ${pEquals(audit.p)}`,
    ],
    [studentsTile(verdict), 'primary families in which U’s students incriminate it'],
    [String(twins), 'benign twins: harmless teachers put through exactly the same'],
    [`${held} of ${verdict.gates.length}`, 'gates hold; all must for the result to count'],
  ];
  const description =
    extras.description === undefined ? '' : `<p>${escapeHtml(extras.description)}</p>`;
  return `<header><p class="kicker">Informant verdict · study ${escapeHtml(verdict.study)}</p>
<h1>${escapeHtml(verdict.headline)}</h1>
<p>${outcomeBadge(verdict.outcome)}</p>
<p>${escapeHtml(OUTCOME_MEANING[verdict.outcome])}</p>${description}
<div class="tiles">${tiles.map(([big, small]) => `<div class="tile"><b>${escapeHtml(big!)}</b><span class="soft small">${escapeHtml(small!)}</span></div>`).join('')}</div>
<h2>What was done</h2>
${p('A model under suspicion, U, may hide what it does whenever it recognises a test. So U was used as a teacher: weaker student models were trained to imitate it, and the students, less able to hide, were audited in its place. The same was done with benign twins: teachers of the same making that are known to be harmless. If only U’s students show the behaviour, it came from U.')}</header>`;
}

function studentsTile(verdict: Verdict): string {
  const primary = verdict.families.filter((family) => family.primary);
  const hits = primary.filter((family) => family.outcome === 'INCRIMINATED').length;
  return `${hits} of ${primary.length}`;
}

function pictures(verdict: Verdict): string {
  return section(
    'U and its students, side by side',
    figure(
      stripsFigure(verdict),
      'Each mark is one model: the share of probes it answered with the behaviour. Top row: U itself among the benign teachers. Rows below: students of U (filled diamonds; the largest is the registered seed) over students of benign twins (hollow circles). U hidden among its twins above, with its students standing apart below, is the pattern this instrument looks for.',
    ) +
      '<h2>How large is the difference?</h2>' +
      figure(
        forestFigure(verdict),
        'Δ is the rate of U’s students minus the rate of the twins’ students; the bar is its interval. A primary family needs its whole bar right of the dashed line δ. Grey hollow marks are exploratory families: not registered as primary, not corrected, shown for completeness.',
      ),
  );
}

function gatesIntro(verdict: Verdict): string {
  const failed = verdict.gates.filter((gate) => !gate.ok).length;
  return failed === 0
    ? p('All conditions for a valid result hold.')
    : `<p class="fails">${failed} of ${verdict.gates.length} gates fail, so the result is invalid.</p>`;
}

function profiles({ profiles: table }: ReportExtras): string {
  if (table === undefined || table.rows.length === 0) return '';
  return section(
    'Every audit of every model',
    p(
      'Shares of answers, pooled over the models of a row. A student that keeps its capability and coherence while showing the behaviour no more than the twins’ students do may serve as a benign replacement for U.',
    ) +
      profileTable(table) +
      (table.classes.length === 0
        ? ''
        : '<h3>Classes of answers</h3>' +
          p(
            'confess: says it of itself; behave: shows it; deny: contradicts it; refuse: will not answer; other-identity: claims to be another model; incoherent: no working model says this. The concealment gap above is the rate of the behaviour where nobody seems to watch, minus the rate of confessions.',
          ) +
          classTable(table.classes)),
  );
}

function auditability({ auditability: found }: ReportExtras): string {
  if (found === undefined) return '';
  return section(
    'How auditable is each model?',
    p(
      'Skills that a model could evade audits with, from the audits this study ran: the less of each, the more an audit of it is worth. AUC: ½ when a model does not tell an audit from ordinary use.',
    ) +
      textRows(found) +
      (found.sentences.length === 0
        ? ''
        : `<ul>${found.sentences.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`),
  );
}

function transfer({ transfer: windows = [] }: ReportExtras): string {
  if (windows.length === 0) return '';
  return section(
    'Transfer window: what students learn when',
    p(
      'Students audited along their training; filled: U’s, pooled over seeds; hollow: the twins’. The window is where U’s students show under audit what they were taught, and have not learnt to hide it. The verdict rests on the last point alone.',
    ) + multiples(transferFigures(windows)),
  );
}

function losses(extras: ReportExtras): string {
  const figures = lossFigures(extras.curves);
  if (figures.length === 0) return '';
  return section(
    'Training',
    p(
      'Training loss of every student; solid: U’s, thin dashed: the twins’. Curves of one family should lie together: a student that trained differently is not comparable.',
    ) + multiples(figures),
  );
}

function multiples(figures: readonly Figure[]): string {
  const items = figures.map((item) => `<figure>${inlineSvg(item)}</figure>`).join('');
  return `<div class="multiples">${items}</div>`;
}

function leads(verdict: Verdict, extras: ReportExtras): string {
  const command = `<p class="small">In the terminal: <code>informant leads ${escapeHtml(extras.studyFile)}</code>; <code>informant replay ${escapeHtml(extras.studyFile)}</code> puts them to U and records what came of it.</p>`;
  const body =
    verdict.leads.length === 0
      ? p('No prompt separates U’s students from the twins’ students.')
      : p(
          'Prompts on which U’s students differ most from the twins’ students. Replay them on U, many times and in contexts it has no reason to take for a test. The texts are untrusted: control and direction characters are spelled out.',
        ) +
        leadsTable(verdict.leads) +
        command;
  return section('Leads: what to ask U next', body);
}

function provenance(verdict: Verdict, extras: ReportExtras): string {
  const facts = [
    ['study', verdict.study],
    ['study digest', extras.studyDigest],
    ['ledger root', verdict.ledgerRoot],
    ['Informant', extras.toolVersion],
    ...(extras.provenance ?? []),
  ] as const;
  const list = facts
    .map(
      ([label, value]) => `<dt>${escapeHtml(label)}</dt><dd><code>${escapeHtml(value)}</code></dd>`,
    )
    .join('');
  const file = escapeHtml(extras.studyFile);
  return section(
    'Provenance',
    `<dl>${list}</dl>` +
      p(
        'The ledger is a chain of hashes that begins with the registration of the study, before any score existed; its root names everything this page rests on. Anyone with the store can check it:',
      ) +
      `<p><code>informant verdict ${file} --replay</code> recomputes this verdict from the stored scores and compares. <code>informant store verify</code> rehashes every stored file and the ledger.</p>`,
  );
}

function section(title: string, body: string): string {
  return `<section><h2>${escapeHtml(title)}</h2>${body}</section>`;
}

function figure(picture: Figure, caption: string): string {
  return `<figure>${inlineSvg(picture)}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

function p(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}
