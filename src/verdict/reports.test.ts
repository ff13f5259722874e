import { describe, expect, it } from 'vitest';
import { decideVerdict } from './decide.ts';
import { markdownReport } from './markdown-report.ts';
import { textReport } from './text-report.ts';
import type { VerdictInput } from './types.ts';
import { madeUpInput } from './verdict.fixture.ts';

const study = { seed: 'report', exploratory: { 'numbers · sft': [0.06, 0.06] as const } };

function hostileInput(): VerdictInput {
  const input = madeUpInput({ seed: 'report', probes: 6 });
  const hostile = '\u001B[2J<script>x</script> | `a` \u202Egnp.exe\nnext [l](http://x)';
  return {
    ...input,
    families: input.families.map((family) => ({
      ...family,
      suspectRuns: family.suspectRuns.map((run) => ({
        ...run,
        probes: run.probes.map((probe) => ({ ...probe, prompt: hostile })),
      })),
    })),
  };
}

describe('leads', () => {
  it('are one per probe, ranked by how surely the students stand above the twins', () => {
    const { leads } = decideVerdict(madeUpInput({ ...study, draws: 3 }));
    expect(leads.length).toBeGreaterThan(10);
    expect(new Set(leads.map((lead) => lead.probeId)).size).toBe(leads.length);
    expect(leads.map((lead) => lead.rank)).toEqual(leads.map((_, i) => i + 1));
    for (const lead of leads) expect(lead.suspectRate).toBeGreaterThan(lead.twinRate);
    expect(leads[0]).toMatchObject({ family: 'open-kd', n: 9 });
    expect(leads[0]!.teacherRate).not.toBeNull();
  });

  it('do not appear out of noise', () => {
    const { leads } = decideVerdict(madeUpInput({ seed: 'noise', studentRate: 0.06 }));
    expect(leads.length).toBeLessThan(8);
  });
});

describe('text report', () => {
  it('holds headline, plot, gates and leads within the width', () => {
    const verdict = decideVerdict(madeUpInput(study));
    const text = textReport(verdict, { width: 100 });
    const lines = text.split('\n');
    for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(100);
    expect(text).toContain('made-up: INCRIMINATED');
    expect(lines.find((line) => line.startsWith('open-kd'))).toMatch(/├─*●─*┤ Δ = \.7/u);
    expect(text).toContain('◆');
    expect(text).toContain('┊');
    expect(text).toContain('✓ known-bad organism fires: measured 0.05, limit 0.05');
    expect(text).toContain('Leads, prompts to replay on U (10 of ');
  });

  it('shows hostile text as text', () => {
    const text = textReport(decideVerdict(hostileInput()), { width: 200 });
    expect(text).not.toContain('\u001B');
    expect(text).not.toContain('\u202E');
    expect(text).toContain('\\u{1b}[2J<script>');
  });
});

describe('Markdown report', () => {
  it('has a table of families, gates and leads', () => {
    const text = markdownReport(decideVerdict(madeUpInput(study)), { leads: 3 });
    expect(text).toMatch(/^# made-up: INCRIMINATED\n/u);
    expect(text).toContain('| open-kd | primary | INCRIMINATED | .7');
    expect(text).toContain('| ✓ | known-bad organism fires |');
    expect(text).toMatch(/\| 3 \| 100% \| \d+% \|/u);
    expect(text).not.toMatch(/\| 4 \| 100% \|/u);
  });

  it('escapes what could be markup', () => {
    const text = markdownReport(decideVerdict(hostileInput()));
    expect(text).not.toContain('<script>');
    expect(text).toContain('\\[l\\](http&#58;//x)');
    expect(text).toContain('\\|');
    expect(text).not.toContain('\u001B');
    expect(text).not.toContain('\u202E');
  });
});
