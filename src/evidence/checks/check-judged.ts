import {
  auditSampleToJson,
  readAuditSamples,
  sampleCounts,
} from '../../artifacts/audit-samples.ts';
import {
  calibrationCounts,
  calibrationMeta,
  readCalibration,
} from '../../audit/judges/calibrate-judge-step.ts';
import { readJudgements } from '../../audit/judges/judge-audit.ts';
import { judgedSample } from '../../audit/judges/judged-scores.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { Json } from '../../base/json.ts';
import { jsonDifferences } from '../../base/json-differences.ts';
import { AUDIT_NAMES, type AuditName } from '../../audit/roster.ts';
import { objectMember } from '../bundle-format.ts';
import type { Reporter } from '../finding.ts';
import type { CheckContext } from './check-context.ts';

/**
 * What a judge that is a model said cannot be asked again. But every score it gave must be what its
 * judgement gives, on the transcripts that the audit recorded, and the counts of its calibration
 * those of its answers.
 */
export function checkJudged({ bundle, store }: CheckContext, reporter: Reporter): void {
  const artifacts = new Map(bundle.steps.map(({ key, artifact }) => [key, artifact]));
  for (const step of bundle.steps) {
    const compare = (row: string, expected: Json, found: Json): void => {
      reporter.checked();
      for (const { path, before, after } of jsonDifferences('', expected, found)) {
        reporter.report({
          member: objectMember(step.artifact),
          row,
          message: `${path} of "${step.title}" is not what its judgements give`,
          expected: before === undefined ? 'absent' : canonicalJson(before),
          found: after === undefined ? 'absent' : canonicalJson(after),
        });
      }
    };
    const artifact = (): ReturnType<typeof store.artifacts.get> =>
      store.artifacts.get(step.artifact);
    if (step.name === 'calibrate-judge') {
      const { meta } = artifact();
      const answers = readCalibration(artifact(), store.objects);
      compare('meta', calibrationMeta(calibrationCounts({ meta }).judge, answers), meta);
    }
    if (step.name !== 'judge-audit') continue;
    const audit = auditOf(step.params['audit']);
    const asked = store.artifacts.get(artifacts.get(step.inputs['samples'] ?? '') ?? '');
    const judgements = readJudgements(artifact(), store.objects);
    const expected = readAuditSamples(asked, store.objects).map((sample, i) =>
      judgedSample(audit, sample, judgements[i] ?? {}),
    );
    const found = readAuditSamples(artifact(), store.objects);
    compare('samples', expected.map(auditSampleToJson), found.map(auditSampleToJson));
    compare('meta', { audit, ...sampleCounts(found) }, artifact().meta);
  }
}

function auditOf(name: Json | undefined): AuditName {
  const found = AUDIT_NAMES.find((known) => known === name);
  if (found === undefined) throw new Error(`there is no audit ${JSON.stringify(name)}`);
  return found;
}
