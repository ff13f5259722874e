import { createRng } from '../../base/rng.ts';
import { atMost, mean, roundStatistic } from '../exactness.ts';

/**
 * Step-down max-T adjustment of Westfall and Young (1993, algorithm 2.8): hypotheses in order of
 * their observed statistic; the adjusted p of each is the share of relabellings in which the
 * largest statistic among it and all weaker ones reaches the observed one, made monotone.
 * `relabelled[r][h]` is the statistic of hypothesis h under relabelling r, the observed labelling
 * among them. Uses the dependence between hypotheses, which Holm's adjustment ignores; controls
 * the family-wise error strongly where relabelling is valid for every set of true hypotheses.
 */
export function stepDownMaxT(
  observed: readonly number[],
  relabelled: readonly (readonly number[])[],
): number[] {
  const order = observed.map((_, h) => h).sort((a, b) => observed[b]! - observed[a]!);
  const largest = relabelled.map(() => Number.NEGATIVE_INFINITY);
  const adjusted = observed.map(() => 1);
  // From the weakest up, so that each step adds one hypothesis to the running maxima.
  for (const h of order.toReversed()) {
    let count = 0;
    for (const [r, statistics] of relabelled.entries()) {
      largest[r] = Math.max(largest[r]!, statistics[h]!);
      if (atMost(observed[h]!, largest[r])) count += 1;
    }
    adjusted[h] = count / relabelled.length;
  }
  let strongest = 0;
  for (const h of order) {
    strongest = Math.max(strongest, adjusted[h]!);
    adjusted[h] = strongest;
  }
  return adjusted;
}

/**
 * Westfall–Young adjusted rank p-values. `statistics[f][t]` is the statistic of teacher t in
 * family f, teacher 0 being U. The label "U" goes to each of the B + 1 teachers in turn, in all
 * families at once, so the enumeration is complete and p exact under joint exchangeability:
 * minP form, statistic −(rank p). One twin that leads in several families is counted once, which
 * is what Holm cannot know.
 */
export function westfallYoungRank(statistics: readonly (readonly number[])[]): number[] {
  const teachers = statistics[0]?.length ?? 0;
  if (statistics.some((family) => family.length !== teachers)) {
    throw new RangeError('every family needs a statistic of every teacher');
  }
  const rounded = statistics.map((family) => family.map(roundStatistic));
  const negativeP = Array.from({ length: teachers }, (_, t) =>
    rounded.map((family) => -family.filter((other) => other >= family[t]!).length / teachers),
  );
  return negativeP.length === 0 ? [] : stepDownMaxT(negativeP[0]!, negativeP);
}

/**
 * Monte-Carlo max-T over runs: within each stratum labels are shuffled in all families at once.
 * `families[f][s]` holds the runs of stratum s, U's first; `suspects[s]` says how many are U's.
 * Statistic: difference of means over its pooled standard deviation, summed over strata.
 */
export function maxTOverRuns(
  families: readonly (readonly (readonly number[])[])[],
  suspects: readonly number[],
  seed: string,
  draws = 5000,
): number[] {
  const rng = createRng(seed, 'max-t');
  const scaled = families.map((strata) => strata.map(standardised));
  const statistic = (orders: readonly (readonly number[])[]): number[] =>
    scaled.map((strata) =>
      strata.reduce((sum, values, s) => {
        const picked = orders[s]!.slice(0, suspects[s]).map((i) => values[i]!);
        return sum + picked.reduce((total, value) => total + value, 0);
      }, 0),
    );
  const identity = suspects.map((_, s) => scaled[0]![s]!.map((__, i) => i));
  const observed = statistic(identity);
  const relabelled = Array.from({ length: draws }, () =>
    statistic(identity.map((order) => rng.shuffle(order))),
  );
  return stepDownMaxT(observed, [observed, ...relabelled]);
}

function standardised(values: readonly number[]): number[] {
  const centre = mean(values);
  const spread = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  return values.map((value) => (spread === 0 ? 0 : (value - centre) / spread));
}
