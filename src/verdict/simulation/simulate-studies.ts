import { clopperPearsonInterval, clopperPearsonUpper } from '../clopper-pearson.ts';
import type { SimulationSetting } from './setting.ts';
import { type NullTally, simulateNulls } from './simulate-nulls.ts';
import type { PowerTally } from './simulate-power.ts';
import { largestExcess, uniformityPValue } from './uniformity.ts';

/** False incriminations of one setting. */
export interface NullReport extends NullTally {
  readonly name: string;
  readonly what: string;
  readonly claim: SimulationSetting['claim'];
  readonly twins: number;
  readonly alpha: number;
  readonly rate: number;
  /** Exact one-sided 95% upper bound of `rate` (Clopper-Pearson). */
  readonly upperBound: number;
  /** Monte-Carlo p that U's ranks are uniform; ties make them lean to U's favour. */
  readonly uniformityP: number;
  /** Most by which any level was exceeded by the share of rank p-values at or below it. */
  readonly largestExcess: number;
}

/** Power at one effect: what was found and what had been stated. */
export interface PowerReport {
  readonly name: string;
  readonly effect: number;
  readonly studies: number;
  readonly power: number;
  readonly interval: { readonly low: number; readonly high: number };
  readonly predicted: number;
  /** Share of INCRIMINATED among the studies decided in full. */
  readonly incriminated: number;
  readonly full: number;
}

/** What simulation says about the decision rule. */
export interface SimulationReport {
  /** Null studies of the settings whose rate is claimed, i.e. all but the `broken` ones. */
  readonly studies: number;
  readonly falseIncriminated: number;
  readonly rate: number;
  readonly upperBound: number;
  readonly settings: readonly NullReport[];
  readonly power: readonly PowerReport[];
}

/** Draws and decides `n` null studies of every setting; pure and seeded. */
export function simulateStudies(
  settings: readonly SimulationSetting[],
  n: number,
  seed: string,
): SimulationReport {
  const tallies = settings.map((setting) => ({
    setting,
    tally: simulateNulls(setting, seed, 0, n),
  }));
  return summariseSimulation(tallies, [], seed);
}

/** Rates, exact bounds and uniformity from finished tallies. */
export function summariseSimulation(
  nulls: readonly { readonly setting: SimulationSetting; readonly tally: NullTally }[],
  power: readonly { readonly setting: SimulationSetting; readonly tally: PowerTally }[],
  seed: string,
): SimulationReport {
  const settings = nulls.map(({ setting, tally }): NullReport => {
    const { name, what, claim, twins, alpha } = setting;
    return {
      name,
      what,
      claim,
      twins,
      alpha,
      ...tally,
      rate: tally.incriminated / tally.studies,
      upperBound: clopperPearsonUpper(tally.incriminated, tally.studies),
      uniformityP: uniformityPValue(tally.ranks, `${seed}/${name}`),
      largestExcess: largestExcess(tally.ranks),
    };
  });
  const claimed = settings.filter(({ claim }) => claim !== 'broken');
  const studies = claimed.reduce((sum, report) => sum + report.studies, 0);
  const falseIncriminated = claimed.reduce((sum, report) => sum + report.incriminated, 0);
  return {
    studies,
    falseIncriminated,
    rate: studies === 0 ? 0 : falseIncriminated / studies,
    upperBound: studies === 0 ? 1 : clopperPearsonUpper(falseIncriminated, studies),
    settings,
    power: power.map(({ setting, tally }) => powerReport(setting.name, tally)),
  };
}

function powerReport(name: string, tally: PowerTally): PowerReport {
  const { effect, studies, detected, full } = tally;
  const { low, high } = clopperPearsonInterval(detected, studies);
  return {
    name,
    effect,
    studies,
    power: detected / studies,
    interval: { low, high },
    predicted: tally.predicted / studies,
    incriminated: full === 0 ? 0 : tally.incriminated / full,
    full,
  };
}
