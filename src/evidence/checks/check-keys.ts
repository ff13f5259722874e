import { z } from 'zod';
import { digestJson } from '../../base/digest.ts';
import { MEMBER } from '../bundle-format.ts';
import type { Reporter } from '../finding.ts';
import type { CheckContext } from './check-context.ts';

const resultSchema = z.object({ key: z.string(), artifact: z.string().nullable() });

/**
 * Every step has the key that its description gives, read the artifacts its inputs made, and made
 * the artifact that the ledger recorded for it last; the plan's steps are all there, and no other.
 */
export function checkKeys({ bundle, manifest }: CheckContext, reporter: Reporter): void {
  const { steps, events } = bundle;
  const member = MEMBER.steps;
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const recorded = new Map<string, string | null>();
  for (const { type, data } of events) {
    const parsed = resultSchema.safeParse(data);
    if (!parsed.success) continue;
    if (type === 'step-finished' || type === 'step-reused') {
      recorded.set(parsed.data.key, parsed.data.artifact);
    } else if (type === 'step-invalidated') recorded.delete(parsed.data.key);
  }
  for (const [i, step] of steps.entries()) {
    reporter.checked();
    const { key, name, version, params, inputs, backend, consumed, artifact } = step;
    const row = `line ${i + 1} (${step.title})`;
    const compare = (message: string, expected: string, found: string): void => {
      if (expected !== found) reporter.report({ member, row, message, expected, found });
    };
    compare(
      'its key is not that of its description',
      digestJson({ name, version, params, inputs, backend }),
      key,
    );
    compare('its inputs and what it read do not match', named(inputs), named(consumed));
    for (const [input, inputKey] of Object.entries(inputs)) {
      const source = byKey.get(inputKey);
      compare(
        `input ${input} was another artifact`,
        source?.artifact ?? 'nothing',
        consumed[input] ?? 'nothing',
      );
    }
    compare('the ledger recorded another result', recorded.get(key) ?? 'nothing', artifact);
  }
  const planned = new Set(manifest.steps);
  for (const key of planned) {
    if (!byKey.has(key)) reporter.report({ member, message: `planned step ${key} is missing` });
  }
  for (const { key, title } of steps) {
    if (!planned.has(key))
      reporter.report({ member, message: `step ${title} (${key}) is not in the plan` });
  }
  if (byKey.size !== steps.length)
    reporter.report({ member, message: 'a step stands there twice' });
}

function named(record: Readonly<Record<string, string>>): string {
  return Object.keys(record).toSorted().join(', ') || 'none';
}
