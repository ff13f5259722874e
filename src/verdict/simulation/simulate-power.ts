import { decideVerdict } from '../decide.ts';
import { deltaTable, matchedTwinRows, rowStatistic, unitWeights } from '../delta-table.ts';
import { atMost, mean } from '../exactness.ts';
import { runNoise } from '../family-statistics.ts';
import { rankTestPower } from '../power.ts';
import type { Power } from '../power.ts';
import type { VerdictInput } from '../types.ts';
import { drawStudy } from './draw-study.ts';
import { primaryRankPs } from './may-incriminate.ts';
import type { SimulationSetting } from './setting.ts';

/** Every this many studies is decided in full. */
const FULL_EVERY = 10;

/** Counts over simulated studies of one setting at one effect. */
export interface PowerTally {
  readonly effect: number;
  readonly studies: number;
  /** Rank p within α. */
  readonly detected: number;
  /** Sum over studies of the power that each would have stated for this effect. */
  readonly predicted: number;
  readonly full: number;
  readonly incriminated: number;
}

/** Draws studies `from` to `to` − 1 at each effect; all effects of one study share its twins. */
export function simulatePower(
  setting: SimulationSetting,
  effects: readonly number[],
  seed: string,
  from: number,
  to: number,
): PowerTally[] {
  let tallies = effects.map((effect): PowerTally => ({
    effect,
    studies: 0,
    detected: 0,
    predicted: 0,
    full: 0,
    incriminated: 0,
  }));
  for (let index = from; index < to; index++) {
    const power = statedPower(drawStudy(setting, seed, index), `${seed}/${index}`);
    tallies = tallies.map((tally) => {
      const input = drawStudy({ ...setting, effect: tally.effect }, seed, index);
      const full = index % FULL_EVERY === 0;
      return addPower(tally, {
        effect: tally.effect,
        studies: 1,
        detected: Number(atMost(primaryRankPs(input)[0]!, setting.alpha)),
        predicted: power.at(tally.effect),
        full: Number(full),
        incriminated: Number(full && decideVerdict(input).outcome === 'INCRIMINATED'),
      });
    });
  }
  return tallies;
}

/** The tally of two disjoint ranges of studies at one effect. */
export function addPower(a: PowerTally, b: PowerTally): PowerTally {
  return {
    effect: a.effect,
    studies: a.studies + b.studies,
    detected: a.detected + b.detected,
    predicted: a.predicted + b.predicted,
    full: a.full + b.full,
    incriminated: a.incriminated + b.incriminated,
  };
}

function statedPower({ families: [family], alpha }: VerdictInput, seed: string): Power {
  const table = deltaTable(family!.suspectRuns, family!.twinRuns);
  const ones = unitWeights(table).clusters;
  const twins = matchedTwinRows(table, 1).map((row) => rowStatistic(row, ones));
  const drawsPerRun = mean(
    family!.twinRuns.map((run) => run.probes.reduce((sum, probe) => sum + probe.draws.length, 0)),
  );
  return rankTestPower({ twins, ...runNoise(table, twins, drawsPerRun), alpha }, seed);
}
