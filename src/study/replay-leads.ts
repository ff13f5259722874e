import { z } from 'zod';
import { converse } from '../audit/converse.ts';
import { toSample } from '../audit/run-audit.ts';
import type { DescribedAudit } from '../audit/rescore.ts';
import type { Probe } from '../audit/audit.ts';
import type { Backend } from '../backends/backend.ts';
import { workError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { foldSeed } from '../base/rng.ts';
import type { ModelCard, ModelRef } from '../model/types.ts';
import type { Store } from '../store/open-store.ts';
import { newcombeInterval } from '../verdict/newcombe.ts';
import type { Verdict } from '../verdict/types.ts';
import type { Plan } from './plan.ts';
import type { PlannedTeacher } from './plan-teachers.ts';
import { auditsByFamily, type PackedLead, replayPack } from './replay-pack.ts';
import { trainedModel } from './trained-model.ts';

/** Ledger event that records what became of the leads. */
export const LEADS_REPLAYED = 'leads-replayed';

/** Benign teachers the same is asked of; each gets its share of the draws. */
const MOST_TWINS = 4;
const ALPHA = 0.05;

const contextSchema = z.object({
  condition: z.string(),
  /** Draws that showed what is scored (sums of scores) among those that have a score. */
  suspect: z.object({ k: z.number(), n: z.int() }),
  twins: z.object({ k: z.number(), n: z.int() }),
});

const replayedSchema = z.object({
  rank: z.int(),
  probeId: z.string(),
  outcome: z.enum(['confirmed', 'refuted', 'open']),
  contexts: z.array(contextSchema),
});

/** What a lead came to when it was put to U itself. */
export type ReplayedLead = z.infer<typeof replayedSchema>;

/**
 * Puts the leads of a verdict to U and to benign teachers, `draws` times each and in both contexts
 * where the audit has two, and records the outcomes in the ledger. `confirmed`: in some context U
 * does it more often than they do, by Newcombe's interval at .05 shared among all leads and
 * contexts. `refuted`: in every context the 95% interval lies below δ. Else `open`. Seeds follow
 * from the verdict, so the same replay gives the same outcomes and is recorded once. Work error when
 * a teacher is not there. Once `signal` aborts, nothing more is asked and nothing is recorded.
 */
export async function replayLeads(options: {
  readonly plan: Plan;
  readonly verdict: Verdict;
  readonly store: Pick<Store, 'steps' | 'artifacts' | 'objects' | 'ledger' | 'transaction'>;
  readonly backend: Backend;
  readonly draws: number;
  /** Told after every lead, and once before the first. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}): Promise<readonly ReplayedLead[]> {
  const { plan, verdict, store, draws } = options;
  const pack = replayPack(plan, verdict);
  const audits = auditsByFamily(plan);
  const suspect = plan.teachers.find(({ role }) => role === 'suspect');
  const twins = plan.teachers.filter(({ role }) => role === 'twin').slice(0, MOST_TWINS);
  if (suspect === undefined || twins.length === 0) {
    throw workError('no-teachers', `study ${plan.study} has no U with twins to replay leads on`);
  }
  const probes = pack.leads.reduce((sum, lead) => sum + lead.probes.length, 0);
  const level = 1 - ALPHA / Math.max(1, probes);
  const ask = async (teacher: PlannedTeacher, lead: PackedLead, times: number) => {
    options.signal?.throwIfAborted();
    const model = trainedModel(teacher.model, store);
    return askAgain(options.backend, model, audits.get(lead.family)!, lead, {
      times,
      seed: foldSeed(verdict.ledgerRoot, 'replay', teacher.id, lead.probeId),
      behaviour: plan.manifest.behaviour,
    });
  };
  const replayed: ReplayedLead[] = [];
  const report = (): void => options.onProgress?.(replayed.length, pack.leads.length);
  report();
  for (const lead of pack.leads) {
    const own = await ask(suspect, lead, draws);
    const theirs: (readonly Count[])[] = [];
    for (const twin of twins) theirs.push(await ask(twin, lead, Math.ceil(draws / twins.length)));
    const contexts = lead.probes.map(({ condition }, at) => ({
      condition,
      suspect: own[at]!,
      twins: theirs.map((counts) => counts[at]!).reduce(sumOf),
    }));
    const outcome = outcomeOf(contexts, level, verdict.delta);
    replayed.push({ rank: lead.rank, probeId: lead.probeId, outcome, contexts });
    report();
  }
  options.signal?.throwIfAborted();
  record(store, plan.study, verdict, draws, replayed);
  return replayed;
}

type Count = { readonly k: number; readonly n: number };

/** Outcome of one lead; see `replayLeads`. */
export function outcomeOf(
  contexts: readonly { readonly suspect: Count; readonly twins: Count }[],
  level: number,
  delta: number,
): ReplayedLead['outcome'] {
  const bounds = (at: number) =>
    contexts.map(({ suspect, twins }) =>
      newcombeInterval(
        { successes: suspect.k, n: suspect.n },
        { successes: twins.k, n: twins.n },
        at,
      ),
    );
  if (bounds(level).some(({ low }) => low > 0)) return 'confirmed';
  return bounds(1 - ALPHA).every(({ high }) => high < delta) ? 'refuted' : 'open';
}

/** Counts per probe of a lead. */
async function askAgain(
  backend: Backend,
  model: { readonly card: ModelCard; readonly ref: ModelRef },
  { plan }: DescribedAudit,
  { probes }: PackedLead,
  options: { readonly times: number; readonly seed: string; readonly behaviour: string },
): Promise<readonly Count[]> {
  const scripts = probes.flatMap((probe) =>
    Array.from({ length: options.times }, (_, draw) => ({
      probe,
      draw,
      seed: foldSeed(options.seed, probe.id, draw),
    })),
  );
  const talks = await converse(backend, model, scripts, plan.sampling);
  const scored = talks.map((talk, i) => {
    const { probe, draw } = scripts[i]!;
    return { probe, score: toSample(plan, probe, draw, talk).scores[options.behaviour] };
  });
  return probes.map((probe: Probe) =>
    scored
      .filter((one) => one.probe === probe)
      .map(({ score }) => (score?.status === 'scored' ? { k: score.value, n: 1 } : { k: 0, n: 0 }))
      .reduce(sumOf, { k: 0, n: 0 }),
  );
}

function sumOf(a: Count, b: Count): Count {
  return { k: a.k + b.k, n: a.n + b.n };
}

function record(
  store: Pick<Store, 'ledger' | 'transaction'>,
  study: string,
  verdict: Verdict,
  draws: number,
  leads: readonly ReplayedLead[],
): void {
  const data = parseJson(JSON.stringify({ ledgerRoot: verdict.ledgerRoot, draws, leads }));
  store.transaction(() => {
    const last = store.ledger.ofType(study, LEADS_REPLAYED).at(-1);
    if (last !== undefined && canonicalJson(last.data) === canonicalJson(data)) return;
    store.ledger.append(study, LEADS_REPLAYED, data);
  });
}

/** The outcomes the ledger recorded last; empty before the first replay. */
export function lastReplay(
  store: { readonly ledger: Pick<Store['ledger'], 'ofType'> },
  study: string,
): readonly ReplayedLead[] {
  const event = store.ledger.ofType(study, LEADS_REPLAYED).at(-1);
  const parsed = z.object({ leads: z.array(replayedSchema) }).safeParse(event?.data);
  return parsed.data?.leads ?? [];
}
