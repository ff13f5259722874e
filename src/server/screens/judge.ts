import { z } from 'zod';
import type { Judges, StudyJudge } from '../../api/judge.ts';
import { calibrationCounts, readCalibration } from '../../audit/judges/calibrate-judge-step.ts';
import {
  type AnswerSummary,
  calibrateJudge,
  summariseAnswers,
} from '../../audit/judges/calibrate-judge.ts';
import type { KnownAnswerSet } from '../../audit/judges/known-answers.ts';
import { lexicalJudge } from '../../audit/judges/lexical-judge.ts';
import { AUDIT_NAMES } from '../../audit/roster.ts';
import { auditSteps, type AuditStep } from '../../readers/audit-steps.ts';
import { readFinishedStudy } from '../../readers/finished-study.ts';
import type { Store } from '../../store/open-store.ts';
import type { StudyRow } from '../../store/studies.ts';
import { readKnownAnswers } from '../../study/judge-files.ts';
import { parseStudy } from '../../study/load-study.ts';
import { answersDigest } from '../../study/study-judge.ts';
import { lastVerdict } from '../../study/verdict-ledger.ts';
import { JUDGE_GATE } from '../../verdict/judge-gate.ts';
import { calibrationView } from './judge-calibration.ts';
import { modelJudgeName } from './model-judge-name.ts';

type ModelJudge = Extract<StudyJudge, { kind: 'model' }>;

/** As `informant judge calibrate` draws. */
const SEED = 'calibration';

/** Who judges in a study: the model it names, the rules that score the rest, and words alone. */
export async function judgesView(store: Store, study: StudyRow): Promise<Judges> {
  const steps = auditSteps(store, study);
  const spec = steps?.design.spec ?? parseStudy(study.spec, `${study.id}.yaml`).spec;
  const { judge } = spec;
  const judgeName = modelJudgeName(judge);
  const judged: ReadonlySet<string> = new Set(judge.kind === 'model' ? judge.audits : []);
  const configured = AUDIT_NAMES.filter((name) => spec.audits[name] !== undefined);
  const ruled = configured.filter((name) => !judged.has(name));
  const scoring = (audits: readonly string[]) => ({
    audits: [...audits],
    samples: samplesOf(store, steps?.all ?? [], new Set(audits)),
  });
  return {
    judges: [
      ...(judge.kind === 'model' && judgeName !== undefined
        ? [
            {
              kind: 'model' as const,
              judge: judgeName,
              ...scoring(judge.audits),
              ...trialOf(store, steps?.design.manifest.judge?.calibration),
              verdict: effectOf(store, study.id),
            },
          ]
        : []),
      ...(ruled.length === 0
        ? []
        : [{ kind: 'rule' as const, judge: `rules of world ${spec.world}`, ...scoring(ruled) }]),
      await lexicalView(),
    ],
  };
}

function samplesOf(store: Store, steps: readonly AuditStep[], audits: ReadonlySet<string>) {
  const stepKeys = steps.filter(({ audit }) => audits.has(audit)).map(({ key }) => key);
  const counts = stepKeys.length === 0 ? [] : store.samples.counts({ stepKeys });
  const sum = (status: 'scored' | 'unscored'): number =>
    counts.reduce((total, one) => total + (one.status === status ? one.count : 0), 0);
  return { scored: sum('scored'), unscored: sum('unscored') };
}

const paramsSchema = z.object({ answers: z.object({ id: z.string(), digest: z.string() }) });

function trialOf(store: Store, key: string | undefined): Pick<ModelJudge, 'trial' | 'calibration'> {
  const row = key === undefined ? undefined : store.steps.find(key);
  if (row === undefined) return { trial: 'waiting', calibration: null };
  if (row.artifact === null) return { trial: row.status, calibration: null };
  const artifact = store.artifacts.get(row.artifact);
  const { answers: used } = paramsSchema.parse(row.params);
  const known = shipped();
  // What sets answers apart is told by the set, and of another set the store has the digest alone.
  const set = used.digest === answersDigest(known) ? known : undefined;
  const answers = readCalibration(artifact, store.objects);
  const items = Math.max(0, ...calibrationCounts(artifact).orders.map(({ n }) => n));
  return {
    trial: row.status,
    calibration: calibrationView(summariseAnswers(answers, set?.items), { set: used.id, items }),
  };
}

/** What the gate on judges did to the verdict. */
function effectOf(store: Store, id: string): ModelJudge['verdict'] {
  if (lastVerdict(store, id) === undefined) return null;
  const { outcome, gates } = readFinishedStudy(store, id, id).verdict;
  const gate = gates.find(({ name }) => name === JUDGE_GATE);
  if (gate === undefined) return null;
  const others = gates.filter(({ ok, name }) => !ok && name !== JUDGE_GATE);
  return {
    outcome,
    gate: { ok: gate.ok, detail: gate.detail },
    otherFailures: others.map(({ name }) => name),
  };
}

let known: KnownAnswerSet | undefined;

/** The known answers of the package. */
function shipped(): KnownAnswerSet {
  known ??= readKnownAnswers(undefined, '', 'Install Informant again.');
  return known;
}

let lexical: Promise<AnswerSummary> | undefined;

/** Worked out once: neither its rules nor the answers change while the server runs. */
async function lexicalView(): Promise<StudyJudge> {
  const set = shipped();
  lexical ??= calibrateJudge(lexicalJudge, set, { seed: SEED, concurrency: 1 });
  return {
    kind: 'lexical',
    judge: lexicalJudge.name,
    calibration: calibrationView(await lexical, { set: set.id, items: set.items.length }),
  };
}
