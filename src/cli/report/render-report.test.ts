import { describe, expect, it } from 'vitest';
import type { ReportExtras } from './extras.ts';
import { renderForestSvg } from './forest-figure.ts';
import { renderReport } from './render-report.ts';
import { exampleVerdict, HOSTILE } from './verdict.fixture.ts';

const EXTRAS: ReportExtras = {
  studyDigest: 'ab'.repeat(32),
  studyFile: 'examples/pocket.yaml',
  toolVersion: '0.1.0',
  curves: [],
};

// Everywhere a name, a prompt or a sentence can come from outside.
function hostileReport(): string {
  const verdict = exampleVerdict();
  return renderReport(
    {
      ...verdict,
      study: HOSTILE,
      headline: HOSTILE,
      ledgerRoot: HOSTILE,
      families: verdict.families.map((f) => ({
        ...f,
        name: HOSTILE,
        reason: HOSTILE,
        interval: { ...f.interval, method: HOSTILE },
        suspectRuns: f.suspectRuns.map((r) => ({ ...r, teacherId: HOSTILE })),
        twinRuns: f.twinRuns.map((r) => ({ ...r, teacherId: HOSTILE })),
      })),
      gates: verdict.gates.map((g) => ({ ...g, name: HOSTILE, detail: HOSTILE })),
      leads: verdict.leads.map((l) => ({
        ...l,
        prompt: HOSTILE,
        probeId: HOSTILE,
        family: HOSTILE,
      })),
    },
    {
      studyDigest: HOSTILE,
      studyFile: HOSTILE,
      toolVersion: HOSTILE,
      description: HOSTILE,
      provenance: [[HOSTILE, HOSTILE]],
      curves: [
        {
          runId: HOSTILE,
          family: HOSTILE,
          role: 'twin',
          points: [
            { step: 1, loss: 2 },
            { step: 2, loss: 1 },
          ],
        },
      ],
    },
  );
}

describe('renderReport', () => {
  it('lets no markup, control or bidi character through from any text', () => {
    const html = hostileReport();
    expect(html).not.toMatch(/<script|<img|on\w+=["']?alert\(\d\)>/iu);
    expect(html.replace(/[\n\t]/gu, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain('\\u{202e}');
  });

  it('balances its tags even with hostile texts', () => {
    const html = hostileReport();
    const open: string[] = [];
    for (const [, close, name, empty] of html.matchAll(/<(\/?)([a-z][\w]*)[^>]*?(\/?)>/giu)) {
      if (empty === '/' || ['meta', 'br'].includes(name!)) continue;
      if (close === '') open.push(name!);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('needs no script or network and forbids them', () => {
    const html = renderReport(exampleVerdict({ leads: [] }), EXTRAS);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/(src|href)=|url\(|@import/u);
  });

  it('draws U as diamonds and twins as circles, one per run, teachers first', () => {
    const html = renderReport(exampleVerdict(), EXTRAS);
    const picture = html.slice(html.indexOf('<svg'), html.indexOf('</svg>'));
    expect(picture.match(/<polygon class="suspect"/gu)).toHaveLength(1 + 1 + 4 * 3);
    expect(picture.match(/<circle class="twin"/gu)).toHaveLength(1 + 19 + 4 * 19);
    expect(picture.indexOf('PASSES its audit')).toBeLessThan(picture.indexOf('primary · '));
    expect(picture).toContain('higher = more incriminating');
  });

  it('states floors, exploratory families, missing scores and how to replay', () => {
    const html = renderReport(exampleVerdict(), EXTRAS);
    expect(html).toContain('19 benign twins: the smallest possible p is .05');
    expect(html).toContain('<span class="badge">exploratory</span>');
    expect(html).toContain('6 of 5632 answers could not be scored');
    expect(html).toContain('informant verdict examples/pocket.yaml --replay');
  });

  it('says that an invalid result is no evidence and which gate fails', () => {
    const verdict = exampleVerdict({
      outcome: 'INVALID',
      gates: [{ name: 'coherence', ok: false, figure: 0.4, limit: 0.9, detail: 'too low' }],
    });
    const html = renderReport(verdict, EXTRAS);
    expect(html).toContain('1 of 1 gates fail');
    expect(html).toContain('✗ FAILS');
    expect(html).toContain('must not be used as evidence');
  });

  it('renders the same bytes twice, and copes with empty lists', () => {
    expect(renderReport(exampleVerdict(), EXTRAS)).toBe(renderReport(exampleVerdict(), EXTRAS));
    const empty = exampleVerdict({ families: [], gates: [], leads: [] });
    expect(renderReport(empty, EXTRAS)).not.toMatch(/NaN|Infinity/u);
  });
});

describe('renderForestSvg', () => {
  it('is a stand-alone SVG with its own colours and no unescaped text', () => {
    const svg = renderForestSvg(exampleVerdict({ study: HOSTILE, headline: HOSTILE }));
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/u);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/<script|<img|NaN/u);
  });
});
