import { join } from 'node:path';
import type { Judges } from '../../api/judge.ts';
import { calibrateJudge, type JudgeCalibration } from '../../audit/judges/calibrate-judge.ts';
import { knownAnswersSchema } from '../../audit/judges/known-answers.ts';
import { lexicalJudge } from '../../audit/judges/lexical-judge.ts';
import { packageRoot } from '../../base/package-root.ts';
import { parseYaml, readTextFile } from '../../study/parse-yaml.ts';
import { judgeGate } from '../../verdict/judge-gate.ts';

type JudgeView = Judges['judges'][number];

/** As `informant judge calibrate` draws. */
const SEED = 'calibration';
const MAX_WRONG = 500;
const MAX_REASON_CHARACTERS = 500;

let lexical: Promise<JudgeView> | undefined;

/** The calibration of the lexical judge on the known answers of the package; worked out once. */
export async function judgesView(): Promise<Judges> {
  lexical ??= calibrateLexical();
  return { judges: [await lexical] };
}

async function calibrateLexical(): Promise<JudgeView> {
  const file = join(packageRoot(), 'data', 'known-answers.yaml');
  const text = readTextFile(
    file,
    'known answers',
    'answers-unreadable',
    'Install Informant again.',
  );
  const set = parseYaml(text, file, { code: 'answers-invalid', schema: knownAnswersSchema });
  const calibration = await calibrateJudge(lexicalJudge, set, { seed: SEED, concurrency: 1 });
  return judgeView(calibration, set.items.length);
}

/** A calibration as the page shows it. */
function judgeView(calibration: JudgeCalibration, items: number): JudgeView {
  const { judge, set, overall, orders, unscored, classes, confounds, wrong } = calibration;
  const { ok, detail } = judgeGate(orders);
  return {
    judge,
    set,
    items,
    unscored,
    gate: { ok, detail },
    overall: { ...overall },
    orders: orders.map((order) => ({ ...order })),
    classes: classes.map((one) => ({ ...one })),
    confounds: confounds.map((confound) => ({ ...confound })),
    confusion: confusionOf(calibration),
    orderSwaps: swapsOf(calibration, items),
    wrong: wrong.slice(0, MAX_WRONG).map(({ id, order, truth, given, reason }) => ({
      id,
      order,
      truth,
      given,
      reason: reason.slice(0, MAX_REASON_CHARACTERS),
    })),
  };
}

/** Right answers lie on the diagonal; all others are listed one by one. */
function confusionOf({ classes, wrong }: JudgeCalibration): JudgeView['confusion'] {
  const counts = new Map<string, { truth: string; given: string; count: number }>();
  for (const { class: truth, correct } of classes) {
    if (correct > 0) counts.set(`${truth} ${truth}`, { truth, given: truth, count: correct });
  }
  for (const { truth, given } of wrong) {
    const entry = counts.get(`${truth} ${given}`) ?? { truth, given, count: 0 };
    counts.set(`${truth} ${given}`, { ...entry, count: entry.count + 1 });
  }
  return [...counts.values()];
}

/** An item missing from `wrong` in an order was given its true class there. */
function swapsOf({ orders, wrong }: JudgeCalibration, items: number): JudgeView['orderSwaps'] {
  const given = new Map<string, string[]>();
  for (const answer of wrong) {
    given.set(answer.id, [...(given.get(answer.id) ?? []), answer.given]);
  }
  const differ = [...given.values()].filter(
    (classes) => classes.length < orders.length || new Set(classes).size > 1,
  ).length;
  return { agree: items - differ, differ };
}
