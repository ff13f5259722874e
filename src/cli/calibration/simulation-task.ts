import { NULL_SETTINGS, POWER_EFFECTS, POWER_SETTINGS } from '../../verdict/simulation/settings.ts';
import { type NullTally, simulateNulls } from '../../verdict/simulation/simulate-nulls.ts';
import { type PowerTally, simulatePower } from '../../verdict/simulation/simulate-power.ts';

/** A range of studies of one setting, by its place in the list of settings. */
export interface SimulationTask {
  readonly kind: 'null' | 'power';
  readonly setting: number;
  readonly from: number;
  readonly to: number;
  readonly seed: string;
}

/** Counts of one task. */
export type SimulationTally =
  | { readonly kind: 'null'; readonly tally: NullTally }
  | { readonly kind: 'power'; readonly tallies: readonly PowerTally[] };

const NULL_CHUNK = 100;
const POWER_CHUNK = 20;

/** Names of all settings, those with an effect among them. */
export function settingNames(): readonly string[] {
  return [...new Set([...NULL_SETTINGS, ...POWER_SETTINGS].map(({ name }) => name))];
}

/**
 * The work of a simulation in pieces of a few seconds; costly settings first, to end together.
 * With `only`, that of the setting of this name.
 */
export function simulationTasks(
  nullStudies: number,
  powerStudies: number,
  seed: string,
  only?: string,
): readonly SimulationTask[] {
  const settingOf = ({ kind, setting }: SimulationTask) =>
    (kind === 'null' ? NULL_SETTINGS : POWER_SETTINGS)[setting]!;
  const cost = (task: SimulationTask): number => {
    const { families, twins } = settingOf(task);
    return families * twins;
  };
  return [
    ...NULL_SETTINGS.flatMap((_, setting) =>
      ranges(nullStudies, NULL_CHUNK).map((range) => ({
        kind: 'null' as const,
        setting,
        ...range,
        seed,
      })),
    ),
    ...POWER_SETTINGS.flatMap((_, setting) =>
      ranges(powerStudies, POWER_CHUNK).map((range) => ({
        kind: 'power' as const,
        setting,
        ...range,
        seed,
      })),
    ),
  ]
    .filter((task) => only === undefined || settingOf(task).name === only)
    .toSorted((a, b) => cost(b) - cost(a));
}

/** Does one task. */
export function performSimulation(task: SimulationTask): SimulationTally {
  const { kind, from, to, seed } = task;
  if (kind === 'null') {
    return { kind, tally: simulateNulls(NULL_SETTINGS[task.setting]!, seed, from, to) };
  }
  const setting = POWER_SETTINGS[task.setting]!;
  return { kind, tallies: simulatePower(setting, POWER_EFFECTS, seed, from, to) };
}

function ranges(n: number, size: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(n / size) }, (_, i) => ({
    from: i * size,
    to: Math.min(n, (i + 1) * size),
  }));
}
