import {
  type AuditSample,
  auditSampleToJson,
  readAuditSamples,
  sampleCounts,
} from '../../artifacts/audit-samples.ts';
import { fileOf } from '../../artifacts/read-json-object.ts';
import { type DescribedAudit, describedAudit, rescored } from '../../audit/rescore.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { JsonObject } from '../../base/json.ts';
import { messageOf } from '../../base/errors.ts';
import { jsonDifferences } from '../../base/json-differences.ts';
import { MEMBER, objectMember } from '../bundle-format.ts';
import type { Reporter } from '../finding.ts';
import type { CheckContext } from './check-context.ts';

/**
 * Scores every transcript again: the questions are those the study draws, in their order, and each
 * score and class is what the recorded answer gives. The counts beside the rows are theirs.
 */
export function checkScores({ bundle, store }: CheckContext, reporter: Reporter): void {
  const known = new Map<string, DescribedAudit>();
  for (const [line, step] of bundle.steps.entries()) {
    if (step.name !== 'run-audit') continue;
    const artifact = store.artifacts.get(step.artifact);
    const member = objectMember(fileOf(artifact, 'samples'));
    const audit = auditOf(step.params, known);
    if (audit.otherVersion !== undefined) {
      const row = `line ${line + 1} (${step.title})`;
      reporter.report({
        member: MEMBER.steps,
        row,
        message: `it cannot be scored again: ${audit.otherVersion}`,
      });
      continue;
    }
    const samples = readAuditSamples(artifact, store.objects);
    const planned = audit.probes.length * audit.plan.draws;
    if (samples.length !== planned) {
      const [expected, found] = [String(planned), String(samples.length)];
      reporter.report({
        member,
        message: `"${step.title}" has not one sample per probe and draw`,
        expected,
        found,
      });
    }
    for (const [i, sample] of samples.slice(0, planned).entries()) {
      reporter.checked();
      const row = `sample ${i} (${sample.probeId}, draw ${sample.draw}) of "${step.title}"`;
      reportDifferences(member, row, rescoredOrError(audit, i, sample), sample, reporter);
    }
    const counts = { audit: audit.plan.audit.name, ...sampleCounts(samples) };
    const [expected, found] = [canonicalJson(counts), canonicalJson(artifact.meta)];
    if (expected !== found) {
      reporter.report({
        member: objectMember(step.artifact),
        row: 'meta',
        message: 'its counts are not those of its rows',
        expected,
        found,
      });
    }
  }
}

/** Models differ in `base` alone; what they are asked is worked out once. */
function auditOf(params: JsonObject, known: Map<string, DescribedAudit>): DescribedAudit {
  const key = canonicalJson({ ...params, base: null });
  const audit = known.get(key) ?? describedAudit(params);
  known.set(key, audit);
  return audit;
}

function rescoredOrError(
  audit: DescribedAudit,
  index: number,
  sample: AuditSample,
): AuditSample | string {
  try {
    return rescored(audit, index, sample);
  } catch (error) {
    return messageOf(error);
  }
}

function reportDifferences(
  member: string,
  row: string,
  expected: AuditSample | string,
  found: AuditSample,
  reporter: Reporter,
): void {
  if (typeof expected === 'string') {
    reporter.report({ member, row, message: `it cannot be scored again: ${expected}` });
    return;
  }
  const differences = jsonDifferences('', auditSampleToJson(expected), auditSampleToJson(found));
  for (const { path, before, after } of differences) {
    reporter.report({
      member,
      row,
      message: `${path} is not what the recorded answers give`,
      expected: before === undefined ? 'absent' : canonicalJson(before),
      found: after === undefined ? 'absent' : canonicalJson(after),
    });
  }
}
