import { describe, expect, it } from 'vitest';
import { distinctTwinsGate } from './distinct-twins.ts';
import type { RunScores, VerdictInput } from './types.ts';
import { madeUpInput } from './verdict.fixture.ts';

function copied(input: VerdictInput, from: string, to: string): VerdictInput {
  const copy = (runs: readonly RunScores[]): RunScores[] =>
    runs.map((run) => {
      const source = runs.find(({ teacherId }) => teacherId === from);
      return run.teacherId === to && source ? { ...run, probes: source.probes } : run;
    });
  return {
    ...input,
    families: input.families.map((family) => ({ ...family, twinRuns: copy(family.twinRuns) })),
    teacherAudit: { ...input.teacherAudit, twins: copy(input.teacherAudit.twins) },
  };
}

describe('gate: twins are distinct', () => {
  const input = madeUpInput({ seed: 'distinct', twinRate: 0.3 });

  it('holds for different twins and names copies', () => {
    expect(distinctTwinsGate(input)).toMatchObject({ ok: true, figure: 0, limit: 0 });
    const gate = distinctTwinsGate(copied(input, 'twin-2', 'twin-7'));
    expect(gate).toMatchObject({ ok: false, figure: 1 });
    expect(gate.detail).toContain('twin-2 and twin-7');
  });

  it('says that it cannot tell where all are silent', () => {
    const silent = madeUpInput({ seed: 'silent', twinRate: 0, probes: 8 });
    const gate = distinctTwinsGate({
      ...silent,
      teacherAudit: { ...silent.teacherAudit, twins: silent.families[0]!.twinRuns },
    });
    expect(gate).toMatchObject({ ok: true, figure: 171, limit: null });
    expect(gate.detail).toContain('Scores vary too little');
  });
});
