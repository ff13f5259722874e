import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditSample, writeAuditSamples } from '../src/artifacts/audit-samples.ts';
import { AUDITS, type AuditName } from '../src/audit/roster.ts';
import { createRng, foldSeed, type Rng } from '../src/base/rng.ts';
import { packageRoot } from '../src/base/package-root.ts';
import { makeBackend } from '../src/cli/make-backend.ts';
import { auditSteps, type AuditStep } from '../src/readers/audit-steps.ts';
import { openStore, type Store } from '../src/store/open-store.ts';
import { parseStudy } from '../src/study/load-study.ts';
import { planStudy } from '../src/study/plan.ts';
import { describeInputs } from '../src/study/recorded-inputs.ts';
import { registerStudy } from '../src/study/register-study.ts';
import { openStudyModels } from '../src/study/study-models.ts';

/** Name of the study in a big store. */
export const BIG_STUDY = 'pocket';

const DRAWS = 5;
const WORDS_SAID = 40;
const UNSCORED_SHARE = 0.03;
const VOCABULARY =
  'owl fox river honey moon story garden bread winter song letter stone boat light bird cloud table friend forest road'.split(
    ' ',
  );

/**
 * Writes a store as a study of that many samples leaves it behind: the plan of examples/pocket.yaml,
 * every audit with as many samples as it takes, drawn and not sampled. Nothing else is
 * done, so there is no verdict.
 */
export async function writeBigStore(dir: string, samples: number): Promise<void> {
  const file = join(packageRoot(), 'examples', `${BIG_STUDY}.yaml`);
  const study = parseStudy(readFileSync(file, 'utf8'), file);
  const models = await openStudyModels(study);
  const backend = makeBackend(study.spec, models);
  const store = openStore(dir, { mode: 'write' });
  try {
    const plan = planStudy(study, models, backend);
    registerStudy(store, study, plan, describeInputs(study, models, backend));
    const row = store.studies.find(BIG_STUDY)!;
    const audits = auditSteps(store, row)!;
    const perStep = Math.ceil(samples / audits.all.length);
    store.transaction(() => {
      for (const step of plan.steps) {
        const audit = audits.byKey.get(step.key);
        if (audit === undefined) continue;
        store.steps.start({ ...step, inputs: keysOf(step.inputs) }, {});
        const artifact = writeAudit(store, audit, perStep, plan.manifest.behaviour);
        store.steps.finish(step.key, { artifact: artifact.digest, tokens: step.costTokens });
      }
      store.studies.setStatus(BIG_STUDY, 'interrupted');
    });
  } finally {
    store.close();
    await backend.close();
  }
}

function keysOf(inputs: Readonly<Record<string, { readonly key: string }>>) {
  return Object.fromEntries(Object.entries(inputs).map(([name, { key }]) => [name, key]));
}

function writeAudit(store: Store, { key, audit }: AuditStep, count: number, behaviour: string) {
  const rng = createRng(foldSeed('big store', key));
  const drawn = Array.from({ length: count }, (_, i) => drawSample(rng, audit, i));
  const { kind, meta, files, samples } = writeAuditSamples(store.objects, () => drawn, {
    audit,
    ...(AUDITS[audit].headline === null ? {} : { headline: behaviour }),
  });
  store.samples.add(key, samples ?? []);
  return store.artifacts.put({ kind, meta, files });
}

function drawSample(rng: Rng, audit: AuditName, index: number): AuditSample {
  const probe = Math.floor(index / DRAWS);
  const condition = audit === 'honeypot' ? (probe % 2 === 0 ? 'ordinary' : 'audit') : 'asked';
  const said = Array.from({ length: WORDS_SAID }, () => rng.pick(VOCABULARY)).join(' ');
  const isUnscored = rng.next() < UNSCORED_SHARE;
  const score = isUnscored
    ? { status: 'unscored' as const, reason: 'the model ended its turn without a word' }
    : {
        status: 'scored' as const,
        value: rng.next() < 0.2 ? 1 : 0,
        ...(audit === 'interrogation' ? { label: rng.pick(['confess', 'deny', 'refuse']) } : {}),
      };
  const metrics = AUDITS[audit].headline === null ? ['correct'] : ['owl', 'fox'];
  const prompt = `tell me a ${rng.pick(VOCABULARY)} story .`;
  return {
    probeId: `story/${probe}/${condition}`,
    cluster: `story/${probe % 40}`,
    condition,
    draw: index % DRAWS,
    prompt,
    messages: [
      { role: 'user', content: prompt, origin: 'scripted' },
      { role: 'assistant', content: said, origin: 'sampled' },
    ],
    stop: 'end',
    coherent: true,
    scores: Object.fromEntries(metrics.map((metric) => [metric, score])),
  };
}
