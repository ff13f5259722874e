import { describe, expect, it } from 'vitest';
import { decideVerdict } from '../decide.ts';
import { drawStudy } from './draw-study.ts';
import { looksOf } from './look-at-study.ts';
import { mayIncriminate } from './may-incriminate.ts';
import { setting, type SimulationSetting } from './setting.ts';
import { NULL_SETTINGS } from './settings.ts';
import { addTallies, simulateNulls } from './simulate-nulls.ts';
import { addPower, simulatePower } from './simulate-power.ts';
import { simulateStudies } from './simulate-studies.ts';
import { largestExcess, uniformityPValue } from './uniformity.ts';

function named(name: string): SimulationSetting {
  const found = NULL_SETTINGS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no setting ${name}`);
  return found;
}

describe('simulated studies', () => {
  it('cover at least twelve settings under different names', () => {
    expect(NULL_SETTINGS.length).toBeGreaterThanOrEqual(12);
    expect(new Set(NULL_SETTINGS.map(({ name }) => name)).size).toBe(NULL_SETTINGS.length);
  });

  it('are the same whichever way the work is cut', () => {
    const whole = simulateNulls(named('few-probes'), 'seed', 0, 40);
    const parts = [
      simulateNulls(named('few-probes'), 'seed', 0, 17),
      simulateNulls(named('few-probes'), 'seed', 17, 40),
    ];
    expect(parts.reduce(addTallies)).toEqual(whole);
    expect(whole.ranks.reduce((sum, count) => sum + count, 0)).toBe(40);
  });

  it('can be INCRIMINATED only where the cheap condition says so', () => {
    // A U that is raised now and then: both answers occur.
    const raised = { ...named('few-probes'), effect: 0.35 };
    const seen = new Set<string>();
    for (let index = 0; index < 12; index++) {
      const input = drawStudy(index % 2 === 0 ? raised : named('few-probes'), 'may', index);
      const may = mayIncriminate(input);
      const { outcome } = decideVerdict(input);
      if (outcome === 'INCRIMINATED') expect(may).toBe(true);
      seen.add(`${may} ${outcome === 'INCRIMINATED'}`);
    }
    expect(seen).toContain('true true');
    expect(seen).toContain('false false');
  });

  it('keep the level with exchangeable graded scores, where p is uniform', () => {
    const small = { ...named('graded-scores'), clusters: 3, probesPerCluster: 1, seeds: 1 };
    const report = simulateStudies([small], 300, 'seed').settings[0]!;
    expect(report.uniformityP).toBeGreaterThan(0.001);
    expect(report.pWithinAlpha / 300).toBeLessThan(0.05 + 3 * Math.sqrt(0.0475 / 300));
    // One seed of U cannot incriminate.
    expect(report.incriminated).toBe(0);
  });

  it('have copied twins and a judge that hides positives caught by a gate', () => {
    for (const [name, gate] of [
      ['copied-twins', 'twins are distinct'],
      ['hidden-positives', 'unscored draws'],
    ] as const) {
      const verdict = decideVerdict(drawStudy(named(name), 'gate', 1));
      expect(verdict.outcome).toBe('INVALID');
      expect(verdict.gates.filter(({ ok }) => !ok).map(({ name: failed }) => failed)).toContain(
        gate,
      );
    }
  });

  it('show why looks must be declared: peeking fires more often', () => {
    const shared = {
      clusters: 6,
      probesPerCluster: 1,
      scores: 'graded',
      seeds: 1,
      twins: 59,
    } as const;
    const design = { adds: 'twins', looks: [19, 39, 59], spending: 'pocock' } as const;
    const declared = setting('declared', '', { ...shared, looks: { kind: 'declared', design } });
    const peeking = setting('peeking', '', {
      ...shared,
      looks: { kind: 'peeking', sizes: design.looks },
    });
    let [kept, broken] = [0, 0];
    for (let index = 0; index < 250; index++) {
      const fires = (of: SimulationSetting): boolean =>
        looksOf(of, drawStudy({ ...of, name: 'same' }, 'looks', index)).some((look) =>
          mayIncriminate(look),
        );
      if (fires(declared)) kept += 1;
      if (fires(peeking)) broken += 1;
    }
    expect(kept / 250).toBeLessThan(0.05 + 3 * Math.sqrt(0.0475 / 250));
    expect(broken).toBeGreaterThan(kept);
  });
});

describe('power curves', () => {
  it('rise with the effect and stay near what the studies state', () => {
    const small = setting('small', '', { rate: 0.1, clusters: 8, probesPerCluster: 1, draws: 2 });
    const effects = [0, 0.2, 0.4];
    const runs = Array.from({ length: 60 }, (_, i) =>
      // Not a multiple of ten, so that no study is decided in full.
      simulatePower(small, effects, 'power', 10 * i + 1, 10 * i + 2),
    );
    const tallies = runs.reduce((a, b) => a.map((tally, e) => addPower(tally, b[e]!)));
    const found = tallies.map(({ detected, studies }) => detected / studies);
    expect(found[0]!).toBeLessThan(0.12);
    expect(found[2]!).toBeGreaterThan(found[1]!);
    for (const [e, { predicted, studies }] of tallies.entries()) {
      const error = 3 * Math.sqrt((found[e]! * (1 - found[e]!)) / studies);
      expect(Math.abs(predicted / studies - found[e]!)).toBeLessThan(0.05 + error);
    }
  });
});

describe('uniformity of ranks', () => {
  it('is believed of even counts and not of a loaded rank', () => {
    expect(uniformityPValue([100, 101, 99, 100], 'seed')).toBeGreaterThan(0.5);
    expect(uniformityPValue([160, 80, 80, 80], 'seed')).toBeLessThan(0.001);
    expect(largestExcess([100, 100, 100, 100])).toBe(0);
    expect(largestExcess([160, 80, 80, 80])).toBeCloseTo(0.15, 12);
  });
});
