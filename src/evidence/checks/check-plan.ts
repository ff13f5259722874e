import { canonicalJson } from '../../base/canonical-json.ts';
import { type Json, parseJson } from '../../base/json.ts';
import { jsonDifferences } from '../../base/json-differences.ts';
import type { Step } from '../../run/step.ts';
import { compileSets } from '../../study/compiled-sets.ts';
import { parseStudy } from '../../study/load-study.ts';
import { planLooks } from '../../study/looks.ts';
import { inputsInForce, recordedModels } from '../../study/recorded-inputs.ts';
import { recordedPromptFiles } from '../../study/recorded-prompt-files.ts';
import { ANALYSIS_VERSION } from '../../verdict/analysis-version.ts';
import { MEMBER } from '../bundle-format.ts';
import type { Reporter } from '../finding.ts';
import type { CheckContext } from './check-context.ts';

/** Differences shown before the rest is only counted. */
const SHOWN = 10;

/**
 * Plans the study again from its file and the recorded digests of models and backend: the same
 * arms, probes, registration and step keys must come out, and every step as it was described.
 * Returns the steps, so that pure ones can be done again.
 */
export async function checkPlan(
  { bundle, store, manifest }: CheckContext,
  reporter: Reporter,
): Promise<readonly Step[]> {
  const inputs = inputsInForce(bundle.events);
  const source = bundle.text(MEMBER.study);
  if (inputs === undefined || source === undefined) {
    reporter.report({ member: MEMBER.ledger, message: 'it does not say what the study was given' });
    return [];
  }
  if (inputs.analysis !== ANALYSIS_VERSION) {
    reporter.report({
      member: MEMBER.ledger,
      message:
        'the verdict was reached by another version of the statistics; verify it with that one',
      expected: String(ANALYSIS_VERSION),
      found: String(inputs.analysis),
    });
  }
  const study = parseStudy(source, MEMBER.study);
  const promptFiles = await recordedPromptFiles(study.spec, inputs, store);
  const compiledSets = await compileSets(study.spec, { promptFiles });
  const plans = planLooks(study, recordedModels(inputs, { promptFiles, compiledSets }), {
    ...inputs.backend,
    // What a backend lacks makes a plan refuse to run, and changes nothing else about it.
    capabilities: new Set(),
  });
  const look = manifest.sequential?.look;
  const plan = plans.find((candidate) => candidate.manifest.sequential?.look === look);
  if (plan === undefined) {
    reporter.report({
      member: MEMBER.manifest,
      message: `the study file declares no look ${look}`,
    });
    return [];
  }
  const differences = jsonDifferences('', asJson(plan.manifest), asJson(manifest));
  for (const { path, before, after } of differences.slice(0, SHOWN)) {
    reporter.report({
      member: MEMBER.manifest,
      row: path,
      message: 'the study file gives another plan',
      expected: shown(before),
      found: shown(after),
    });
  }
  if (differences.length > SHOWN) {
    reporter.report({
      member: MEMBER.manifest,
      message: `${differences.length} such differences in all`,
    });
  }
  const described = new Map(bundle.steps.map((step, i) => [step.key, { step, line: i + 1 }]));
  for (const { key, title, stage } of plan.steps) {
    reporter.checked();
    const found = described.get(key);
    if (found === undefined) continue;
    const [expected, actual] = [
      canonicalJson([stage, title]),
      canonicalJson([found.step.stage, found.step.title]),
    ];
    if (expected !== actual) {
      reporter.report({
        member: MEMBER.steps,
        row: `line ${found.line}`,
        message: 'it is called otherwise than in the plan',
        expected,
        found: actual,
      });
    }
  }
  return plan.steps;
}

/** The plan or verdict as plain JSON, without keys that are undefined. */
function asJson(value: object): Json {
  return parseJson(JSON.stringify(value));
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'absent' : canonicalJson(value);
}
