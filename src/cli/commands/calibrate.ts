import { availableParallelism } from 'node:os';
import { EXIT, userError } from '../../base/errors.ts';
import { runSimulation } from '../calibration/run-simulation.ts';
import { settingNames } from '../calibration/simulation-task.ts';
import { simulationText } from '../calibration/simulation-text.ts';
import type { CalibrateFlags } from '../flags.ts';
import { withInterrupt } from '../interrupt.ts';
import { type CliIo, note, print } from '../io.ts';
import { countedProgress } from '../terminal/counted-progress.ts';
import { calibrateRealCommand } from './calibrate-real.ts';

/** Of every power setting when all are run; one setting alone gets as many as null studies. */
const MOST_POWER_STUDIES = 300;

/**
 * Measures the decision rule: `--simulate N` draws N null studies of every setting with known
 * truth and decides them, `--real` runs studies of real models. User error `nothing-to-calibrate`
 * without either.
 */
export async function calibrateCommand(
  io: CliIo,
  study: string | undefined,
  flags: CalibrateFlags,
): Promise<number | void> {
  if (flags.real === true) {
    if (study === undefined) {
      throw userError(
        'nothing-to-calibrate',
        'calibrate --real needs a study whose settings it runs',
        'Name its file: informant calibrate study.yaml --real',
      );
    }
    return calibrateRealCommand(io, study, flags);
  }
  if (flags.simulate === undefined) {
    throw userError(
      'nothing-to-calibrate',
      'calibrate needs to be told what to measure',
      'Simulate studies with known truth: informant calibrate --simulate 2000; or run real ones: informant calibrate study.yaml --real',
    );
  }
  const nullStudies = flags.simulate;
  const { setting } = flags;
  if (setting !== undefined && !settingNames().includes(setting)) {
    throw userError(
      'no-such-setting',
      `there is no setting "${setting}"`,
      `Settings: ${settingNames().join(', ')}.`,
    );
  }
  const { interrupted, value: report } = await withInterrupt(
    io,
    () => note(io, 'stopping after the studies under way'),
    () => undefined,
    (signal) =>
      runSimulation({
        nullStudies,
        powerStudies:
          setting === undefined ? Math.min(nullStudies, MOST_POWER_STUDIES) : nullStudies,
        ...(setting === undefined ? {} : { setting }),
        seed: flags.seed ?? 'calibration',
        workers: flags.workers ?? availableParallelism(),
        signal,
        onProgress: countedProgress(io, 'studies'),
      }),
  );
  if (interrupted || report === undefined) return EXIT.interrupted;
  print(io, flags.json ? JSON.stringify(report) : simulationText(report));
}
