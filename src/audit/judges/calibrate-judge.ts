import { mapLimit } from '../../base/map-limit.ts';
import { foldSeed } from '../../base/rng.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import {
  addSpend,
  type Judge,
  JUDGE_ORDERS,
  JUDGED_CLASSES,
  type JudgedClass,
  type JudgeOrder,
  NO_SPEND,
  type Spend,
} from './judge.ts';
import {
  CONFOUNDS,
  type Confound,
  type KnownAnswer,
  type KnownAnswerSet,
  subjectOf,
} from './known-answers.ts';

/** What stands for a class where a judge gave none; never right. */
export const UNSCORED = 'unscored';

/** One item in one order. */
export interface JudgedAnswer {
  readonly id: string;
  readonly order: JudgeOrder;
  readonly truth: JudgedClass;
  readonly given: JudgedClass | typeof UNSCORED;
  readonly reason: string;
}

/** What answers whose class is known say of a judge. */
export interface AnswerSummary {
  /** Both orders together: every item counts once per order. */
  readonly overall: Agreement;
  /** Per order, as the gate on judges takes it; a missing class counts as wrong. */
  readonly orders: readonly (Agreement & { readonly order: JudgeOrder })[];
  readonly unscored: number;
  readonly classes: readonly (Agreement & { readonly class: JudgedClass })[];
  readonly confounds: readonly (Agreement & {
    readonly confound: Confound;
    readonly value: string;
  })[];
  /** Every answer that was not scored right. */
  readonly wrong: readonly JudgedAnswer[];
}

/** How good a judge is on answers whose class is known. */
export interface JudgeCalibration extends AnswerSummary {
  readonly judge: string;
  readonly judgeVersion: number;
  readonly set: string;
  readonly setVersion: number;
  readonly spend: Spend;
}

/** An item in one order, to be put before a judge. */
export interface Asked {
  readonly item: KnownAnswer;
  readonly order: JudgeOrder;
}

/** Every item in every order, in the order they are asked. */
export function askedAnswers(set: KnownAnswerSet): readonly Asked[] {
  return JUDGE_ORDERS.flatMap((order) => set.items.map((item) => ({ item, order })));
}

/** Puts one known answer before a judge. */
export async function judgeKnownAnswer(
  judge: Judge,
  set: KnownAnswerSet,
  { item, order }: Asked,
  { seed, signal }: { readonly seed: string; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly answer: JudgedAnswer; readonly spend: Spend }> {
  const judgement = await judge.score(subjectOf(set, item), {
    seed: foldSeed(seed, item.id),
    order,
    signal,
  });
  const answer: JudgedAnswer = {
    id: item.id,
    order,
    truth: item.class,
    given: judgement.status === 'scored' ? judgement.class : UNSCORED,
    reason: judgement.reason,
  };
  return { answer, spend: judgement.spend };
}

/** Puts every known answer before a judge, in each order by itself. */
export async function calibrateJudge(
  judge: Judge,
  set: KnownAnswerSet,
  options: {
    readonly seed: string;
    readonly concurrency: number;
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<JudgeCalibration> {
  const { concurrency, onProgress } = options;
  const asked = askedAnswers(set);
  let done = 0;
  const judged = await mapLimit(asked, concurrency, async (one) => {
    const result = await judgeKnownAnswer(judge, set, one, options);
    onProgress?.(++done, asked.length);
    return result;
  });
  return {
    judge: judge.name,
    judgeVersion: judge.version,
    set: set.id,
    setVersion: set.version,
    ...summariseAnswers(
      judged.map(({ answer }) => answer),
      set.items,
    ),
    spend: judged.map(({ spend }) => spend).reduce(addSpend, NO_SPEND),
  };
}

/** Agreement over all answers and over parts of them; without the items, confounds are not known. */
export function summariseAnswers(
  answers: readonly JudgedAnswer[],
  items: readonly KnownAnswer[] = [],
): AnswerSummary {
  const among = (confound: Confound, value: string): ReadonlySet<string> =>
    new Set(items.filter((item) => item[confound] === value).map(({ id }) => id));
  return {
    overall: agreementOf(answers),
    orders: agreementByOrder(answers),
    unscored: answers.filter(({ given }) => given === UNSCORED).length,
    classes: JUDGED_CLASSES.map((name) => ({
      class: name,
      ...agreementOf(answers.filter(({ truth }) => truth === name)),
    })),
    confounds: CONFOUNDS.flatMap((confound) =>
      [...new Set(items.map((item) => item[confound]))].map((value) => {
        const ids = among(confound, value);
        return { confound, value, ...agreementOf(answers.filter(({ id }) => ids.has(id))) };
      }),
    ),
    wrong: answers.filter(({ truth, given }) => truth !== given),
  };
}

/** Counts in each order by itself, as the gate on judges takes them. */
export function agreementByOrder(
  answers: readonly Pick<JudgedAnswer, 'order' | 'truth' | 'given'>[],
): JudgeCalibration['orders'] {
  return JUDGE_ORDERS.map((order) => ({
    order,
    ...agreementOf(answers.filter((answer) => answer.order === order)),
  }));
}
