import { z } from 'zod';
import { type CompletionRow, readCompletions } from '../../artifacts/completions.ts';
import { readDivergence } from '../../artifacts/divergence.ts';
import type { TokenDivergence } from '../../backends/backend.ts';
import { createLru } from '../../base/lru.ts';
import { studyDesign } from '../../readers/study-design.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';
import type { Artifact } from '../../store/types.ts';
import { ProblemError } from '../problem.ts';
import { noSuchArm } from './arms.ts';

/** Datasets kept parsed; each is what one teacher said to one prompt set. */
const KEPT_DATASETS = 6;

/** What a teacher said to the prompts of an arm, and what became of each answer. */
export interface ArmData {
  readonly rows: readonly CompletionRow[];
  /** Training rows in another model's words, by index. */
  readonly rewritten: ReadonlyMap<number, CompletionRow>;
  /** Why a row is not trained on, by index. */
  readonly dropped: ReadonlyMap<number, string>;
  readonly fromBase: readonly TokenDivergence[] | undefined;
  readonly fromStudent: readonly TokenDivergence[] | undefined;
  readonly pairs: Artifact | undefined;
  readonly distributions: Artifact | undefined;
}

const kept = createLru<string, ArmData>(KEPT_DATASETS);

/** The data of an arm; 404 `no-such-arm`, or `no-data` for teachers and before it was sampled. */
export function armData(store: Store, study: StudyRow, slug: string): ArmData {
  const model = studyDesign(store, study)?.bySlug.get(slug);
  if (model === undefined) throw noSuchArm(slug);
  const artifact = (key: string | undefined): Artifact | undefined => {
    const digest = key === undefined ? null : store.steps.find(key)?.artifact;
    return digest === null || digest === undefined ? undefined : store.artifacts.get(digest);
  };
  const plan = store.studies.plan(study.id).filter((step) => step.arm === slug);
  const divergences = plan
    .filter(({ name }) => name === 'measure-divergence')
    .flatMap(({ stepKey }) => store.steps.find(stepKey) ?? []);
  const isOfBase = ({ inputs }: { readonly inputs: Readonly<Record<string, string>> }): boolean =>
    inputs['reference'] === undefined;
  const parts = {
    completions: artifact(model.arm?.completions),
    filtered: artifact(model.arm?.filtered),
    fromBase: artifact(divergences.find(isOfBase)?.key),
    fromStudent: artifact(divergences.find((step) => !isOfBase(step))?.key),
    pairs: artifact(model.arm?.pairs),
    distributions: artifact(plan.find(({ name }) => name === 'score-distributions')?.stepKey),
  };
  if (parts.completions === undefined) {
    throw new ProblemError(404, 'no-data', 'There is no training data, or none yet.');
  }
  const name = Object.values(parts)
    .map((part) => part?.digest ?? '')
    .join();
  const before = kept.get(name);
  if (before !== undefined) return before;
  const rows = readCompletions(parts.completions, store.objects);
  const shown = parts.filtered && byIndex(readCompletions(parts.filtered, store.objects));
  const read = (part: Artifact | undefined) =>
    part &&
    readDivergence(
      part,
      store.objects,
      rows.map(({ ids }) => ids.length),
      rows.map((_, i) => i),
    );
  const data: ArmData = {
    rows,
    rewritten: new Map(
      rows.flatMap(({ index, text }) => {
        const row = shown?.get(index);
        return row === undefined || row.text === text ? [] : [[index, row] as const];
      }),
    ),
    dropped:
      parts.filtered === undefined || shown === undefined
        ? new Map()
        : droppedRows(rows, shown, parts.filtered),
    fromBase: read(parts.fromBase),
    fromStudent: read(parts.fromStudent),
    pairs: parts.pairs,
    distributions: parts.distributions,
  };
  kept.set(name, data);
  return data;
}

function droppedRows(
  rows: readonly CompletionRow[],
  shown: ReadonlyMap<number, CompletionRow>,
  { meta }: Artifact,
): ReadonlyMap<number, string> {
  const counts = z.record(z.string(), z.int()).safeParse(meta['dropped']).data ?? {};
  const unselected = z.int().min(1).safeParse(meta['unselected']).success;
  // A filter drops whole rows for one reason: that of its counts that is not about length.
  const filter = Object.entries(counts).find(([name, n]) => name !== 'truncated' && n > 0)?.[0];
  const whole = filter ?? (unselected ? 'unselected' : 'truncated when rewritten');
  return new Map(
    rows.flatMap(({ index, stop }) =>
      shown.has(index) ? [] : [[index, stop === 'truncated' ? 'truncated' : whole] as const],
    ),
  );
}

function byIndex(rows: readonly CompletionRow[]): ReadonlyMap<number, CompletionRow> {
  return new Map(rows.map((row) => [row.index, row]));
}
