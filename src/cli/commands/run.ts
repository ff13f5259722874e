import { EXIT } from '../../base/errors.ts';
import type { Backend } from '../../backends/backend.ts';
import { allSteps } from '../../run/scheduler.ts';
import type { Plan } from '../../study/plan.ts';
import { runStudy, type StudyResult } from '../../study/run-study.ts';
import { openStudyModels } from '../../study/study-models.ts';
import { plural } from '../../verdict/figures.ts';
import { textReport } from '../../verdict/text-report.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import { writeReport } from '../write-report.ts';
import type { RunFlags } from '../flags.ts';
import { withInterrupt } from '../interrupt.ts';
import { type CliIo, note, print } from '../io.ts';
import { makeBackend } from '../make-backend.ts';
import { type LiveView, startLiveView } from '../terminal/live-view.ts';
import { createProgressTracker, type TrackedStep } from '../terminal/progress-tracker.ts';
import { visibleText } from '../../base/visible-text.ts';
import { findStudy, type StudyTarget, withStore } from '../workspace.ts';
import { noteReport } from './verdict.ts';

/** Runs or resumes a study and shows it. Exit code 1 when steps failed, 130 after Ctrl-C. */
export async function runCommand(io: CliIo, argument: string, flags: RunFlags): Promise<number> {
  const target = findStudy(io, argument, flags);
  const models = await openStudyModels(target.study);
  return runOn(makeBackend(target.study.spec, models, flags.workers), io, target, flags);
}

/** `runCommand` on a backend, which is closed at the end. */
export async function runOn(
  backend: Backend,
  io: CliIo,
  target: StudyTarget,
  flags: RunFlags,
): Promise<number> {
  let view: LiveView | undefined;
  const say = (text: string): void => (view === undefined ? note(io, text) : view.remark(text));
  try {
    const { interrupted, value } = await withInterrupt(
      io,
      () => say('stopping cleanly; Ctrl-C again stops at once'),
      () => view?.stop(),
      (signal) =>
        runStudy({
          study: target.study,
          storeDir: target.storeDir,
          backend,
          command: `informant run ${target.label}`,
          signal,
          now: () => new Date(io.now()),
          ...(flags.wait ? { wait: true } : {}),
          onWait: ({ pid, host }) => note(io, `waiting for process ${pid} on ${host}`),
          onPlan: (plan) => {
            const tracker = createProgressTracker({
              study: plan.study,
              steps: trackedSteps(plan),
              slots: backend.slots,
              now: io.now,
            });
            view = startLiveView(io, tracker, flags);
          },
          onEvent: (event) => view?.onEvent(event),
        }),
    );
    view?.stop();
    if (value === undefined || interrupted) return reportInterrupt(io, target, flags);
    return reportResult(io, target, flags, value);
  } finally {
    view?.stop();
    await backend.close();
  }
}

/** Steps of a plan with the arms that need each; a teacher's own audits belong to no arm. */
function trackedSteps(plan: Plan): TrackedStep[] {
  const arms = new Map<string, string[]>(plan.steps.map(({ key }) => [key, []]));
  for (const arm of plan.arms) {
    const targets = [...Object.values(arm.audits), arm.likelihood, arm.baseLikelihood];
    for (const { key } of allSteps(targets)) arms.get(key)?.push(arm.slug);
  }
  return plan.steps.map(({ key, stage, costTokens }) => ({
    key,
    stage,
    costTokens,
    arms: arms.get(key) ?? [],
  }));
}

function reportInterrupt(io: CliIo, target: StudyTarget, flags: RunFlags): number {
  const next = `informant run ${target.label}`;
  if (flags.json) print(io, JSON.stringify({ study: target.id, status: 'interrupted', next }));
  note(io, `interrupted; nothing that was finished is lost. Resume with: ${next}`);
  return EXIT.interrupted;
}

function reportResult(
  io: CliIo,
  target: StudyTarget,
  flags: RunFlags,
  result: StudyResult,
): number {
  if (result.kind === 'finished') return reportFinished(io, target, flags, result);
  if (result.kind === 'interrupted') return reportInterrupt(io, target, flags);
  const { failed, skipped } = result.summary;
  if (flags.json) {
    const status = { study: target.id, status: 'failed', ...countsOf(result) };
    print(io, JSON.stringify({ ...status, failures: failed }));
  }
  for (const { title, message, hint } of failed) {
    note(io, `failed: ${visibleText(title)}: ${visibleText(message)}`);
    if (hint !== undefined) note(io, `fix: ${visibleText(hint)}`);
  }
  const lost =
    skipped.length === 0 ? '' : `, ${plural(skipped.length, 'step')} not tried for want of it`;
  note(
    io,
    `${plural(failed.length, 'step')} failed${lost}. Finished work is kept: ${target.label} can be run again.`,
  );
  return EXIT.failedWork;
}

function reportFinished(
  io: CliIo,
  target: StudyTarget,
  flags: RunFlags,
  result: Extract<StudyResult, { kind: 'finished' }>,
): number {
  const { verdict, verdictDigest } = result;
  if (flags.json) {
    const status = { study: target.id, status: 'finished', ...countsOf(result) };
    print(io, JSON.stringify({ ...status, verdictDigest, verdict }));
  } else {
    print(io, textReport(verdict, { width: io.stdout.columns ?? 100, leads: 5 }));
  }
  const { computed, cached } = result.summary;
  note(io, `${plural(computed, 'step')} computed, ${cached} cached`);
  withStore(target.storeDir, (store) =>
    noteReport(io, () =>
      writeReport(store, readFinishedStudy(store, target.id, target.label), target.label),
    ),
  );
  note(io, `Next: informant leads ${target.label}`);
  note(io, `      informant show ${target.label}`);
  note(io, `      informant verdict ${target.label} --replay`);
  return EXIT.done;
}

function countsOf({ summary }: StudyResult) {
  const { computed, cached, failed, skipped } = summary;
  return { computed, cached, failed: failed.length, skipped: skipped.length };
}
