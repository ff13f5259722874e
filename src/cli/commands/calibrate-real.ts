import { EXIT } from '../../base/errors.ts';
import { runCalibration } from '../../calibration/run-calibration.ts';
import {
  type CalibrationSummary,
  type Frequency,
  summariseCalibration,
} from '../../calibration/summarise-calibration.ts';
import { openStudyModels } from '../../study/study-models.ts';
import { decimal, percent, plural } from '../../verdict/figures.ts';
import type { Interval } from '../../verdict/types.ts';
import type { CalibrateFlags } from '../flags.ts';
import { withInterrupt } from '../interrupt.ts';
import { type CliIo, note, print } from '../io.ts';
import { makeBackend } from '../make-backend.ts';
import { type LiveView, startLiveView } from '../terminal/live-view.ts';
import { createProgressTracker } from '../terminal/progress-tracker.ts';
import { textTable } from '../table.ts';
import { findStudy } from '../workspace.ts';

/** Runs real null and organism studies, or goes on with them; exit code 130 after Ctrl-C. */
export async function calibrateRealCommand(
  io: CliIo,
  argument: string,
  flags: CalibrateFlags,
): Promise<number> {
  const { study, storeDir, label } = findStudy(io, argument, flags);
  const backend = makeBackend(study.spec, await openStudyModels(study), flags.workers);
  const { nulls, organisms, blocks } = flags;
  const design = { nulls, organisms, blocks, recipes: flags.recipes === true };
  let view: LiveView | undefined;
  const say = (text: string): void => (view === undefined ? note(io, text) : view.remark(text));
  const registering = throttle(io.now);
  try {
    const { value: run } = await withInterrupt(
      io,
      () => say('stopping cleanly; Ctrl-C again stops at once'),
      () => view?.stop(),
      (signal) =>
        runCalibration({
          study,
          storeDir,
          backend,
          design,
          signal,
          now: () => new Date(io.now()),
          onRegistered: (done, total) =>
            registering(done === total, () => note(io, `registered ${done} of ${total} studies`)),
          onOpenSteps: (steps) => {
            const slots = backend.slots;
            const tracker = createProgressTracker({ study: label, steps, slots, now: io.now });
            view = startLiveView(io, tracker, flags);
            say(`${plural(steps.length, 'step')} to do`);
          },
          // Each study begins and ends a run of its own; what is shown is all of them.
          onEvent: (event) => {
            if (event.type !== 'run-started' && event.type !== 'run-finished') view?.onEvent(event);
          },
          onStudy: (done, total, { id, verdict }) =>
            say(`[${done}/${total}] ${id}: ${verdict.outcome}`),
        }),
    );
    view?.stop();
    if (run === undefined) {
      note(
        io,
        `interrupted; nothing that was finished is lost. Resume: informant calibrate ${label} --real`,
      );
      return EXIT.interrupted;
    }
    const summary = summariseCalibration(run);
    print(io, flags.json ? JSON.stringify({ design, ...summary }) : calibrationText(summary));
    return EXIT.done;
  } finally {
    view?.stop();
    await backend.close();
  }
}

const LINE_GAP_MS = 3_000;

/** Lets one call through every few seconds, and any that is `last`. */
function throttle(now: () => number): (last: boolean, show: () => void) => void {
  let shown = Number.NEGATIVE_INFINITY;
  return (last, show) => {
    if (!last && now() - shown < LINE_GAP_MS) return;
    shown = now();
    show();
  };
}

function calibrationText(summary: CalibrationSummary): string {
  const { nulls, organisms, independentNulls, nullP, detectors, recipes } = summary;
  const counts = (record: object): string =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const best = recipes[0];
  return [
    `null studies falsely INCRIMINATED: ${frequencyText(nulls)}; outcomes: ${counts(summary.outcomes.null)}`,
    `  of these, one per block: ${frequencyText(independentNulls)}`,
    `organism studies INCRIMINATED: ${frequencyText(organisms)}; outcomes: ${counts(summary.outcomes.organism)}`,
    `gates that failed: ${counts(summary.failedGates)}`,
    summary.sharing,
    '',
    'rank p of the null studies',
    ...nullP.atMost.map(({ level, share }) => `  p ≤ ${decimal(level)}: ${frequencyText(share)}`),
    `  largest distance from uniform: ${decimal(nullP.distanceFromUniform)}`,
    '',
    textTable(
      ['seen in', 'audit', 'condition', '#AUC', '95% interval'],
      detectors.map(({ of, audit, condition, auc, interval }) => [
        of,
        audit,
        condition,
        decimal(auc),
        intervalText(interval),
      ]),
    ),
    '',
    textTable(
      ['recipe', '#AUC', '95% interval', '#tokens per student', '#twins at budget', '#detection'],
      recipes.map(({ family, auc, tokensPerStudent, twinsAtBudget, detection }) => [
        family,
        decimal(auc.auc),
        intervalText(auc.interval),
        String(tokensPerStudent),
        String(twinsAtBudget),
        detection === null ? 'unknown' : percent(detection),
      ]),
    ),
    ...(best === undefined
      ? []
      : [
          `Prefer ${best.family}: of the recipes run, it detects most at the cost of the first family.`,
        ]),
  ].join('\n');
}

function frequencyText({ k, n, rate, interval }: Frequency): string {
  return `${k} of ${n} = ${percent(rate)} ${intervalText(interval)}`;
}

function intervalText({ low, high }: Interval): string {
  return `[${decimal(low)}, ${decimal(high)}]`;
}
