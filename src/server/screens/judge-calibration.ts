import type { Calibration } from '../../api/judge.ts';
import type { AnswerSummary } from '../../audit/judges/calibrate-judge.ts';
import { judgeGate } from '../../verdict/judge-gate.ts';

const MAX_WRONG = 500;
const MAX_REASON_CHARACTERS = 500;

/** A calibration as the page shows it; `set` and `items` say on what. */
export function calibrationView(
  summary: AnswerSummary,
  { set, items }: Pick<Calibration, 'set' | 'items'>,
): Calibration {
  const { overall, orders, unscored, classes, confounds, wrong } = summary;
  const { ok, detail } = judgeGate(orders);
  return {
    set,
    items,
    unscored,
    gate: { ok, detail },
    overall: { ...overall },
    orders: orders.map((order) => ({ ...order })),
    classes: classes.map((one) => ({ ...one })),
    confounds: confounds.map((confound) => ({ ...confound })),
    confusion: confusionOf(summary),
    orderSwaps: swapsOf(summary, items),
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
function confusionOf({ classes, wrong }: AnswerSummary): Calibration['confusion'] {
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
function swapsOf({ orders, wrong }: AnswerSummary, items: number): Calibration['orderSwaps'] {
  const given = new Map<string, string[]>();
  for (const answer of wrong) {
    given.set(answer.id, [...(given.get(answer.id) ?? []), answer.given]);
  }
  const differ = [...given.values()].filter(
    (classes) => classes.length < orders.length || new Set(classes).size > 1,
  ).length;
  return { agree: items - differ, differ };
}
