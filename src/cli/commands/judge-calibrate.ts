import { calibrateJudge } from '../../audit/judges/calibrate-judge.ts';
import { EXIT } from '../../base/errors.ts';
import { readKnownAnswers } from '../../study/judge-files.ts';
import { judgeGate } from '../../verdict/judge-gate.ts';
import type { JudgeFlags } from '../flags.ts';
import { withInterrupt } from '../interrupt.ts';
import { withJudge } from '../investigation/with-judge.ts';
import { type CliIo, note, print } from '../io.ts';
import { countedProgress } from '../terminal/counted-progress.ts';
import { judgeText } from '../views/judge-text.ts';

const ANSWERS_HINT =
  'Give a file like data/known-answers.yaml of the package, or leave --answers out.';
const SEED = 'calibration';

/** Tries a judge on known answers; exit code 1 when it fails the gate that verdicts put on judges. */
export async function judgeCalibrateCommand(
  io: CliIo,
  file: string | undefined,
  flags: JudgeFlags,
): Promise<number | void> {
  const set = readKnownAnswers(flags.answers, io.cwd, ANSWERS_HINT);
  const { interrupted, value: calibration } = await withInterrupt(
    io,
    () => note(io, 'stopping'),
    () => undefined,
    (signal) =>
      withJudge(io, file, (judge, concurrency) =>
        calibrateJudge(judge, set, {
          seed: SEED,
          concurrency,
          signal,
          onProgress: countedProgress(io, 'judgements'),
        }),
      ),
  );
  if (interrupted || calibration === undefined) return EXIT.interrupted;
  const gate = judgeGate(calibration.orders);
  print(io, flags.json ? JSON.stringify({ gate, ...calibration }) : judgeText(calibration, gate));
  return gate.ok ? EXIT.done : EXIT.failedWork;
}
