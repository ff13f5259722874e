import { messageOf } from '../../base/errors.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/digest.ts';
import { createFakeBackend } from '../../backends/fake/fake-backend.ts';
import type { Step } from '../../run/step.ts';
import type { Artifact } from '../../store/types.ts';
import { bundleObjects } from '../bundle-store.ts';
import { MEMBER, objectMember } from '../bundle-format.ts';
import type { Reporter } from '../finding.ts';
import type { CheckContext } from './check-context.ts';

/**
 * Does every step again that needs no model (prompt sets, filters) and compares its artifact: what
 * students were shown is what the study file and the recorded completions give.
 */
export async function checkPureSteps(
  { bundle, store }: CheckContext,
  steps: readonly Step[],
  reporter: Reporter,
): Promise<void> {
  const recorded = new Map(bundle.steps.map((step) => [step.key, step.artifact]));
  const backend = createFakeBackend({ capabilities: [] });
  const objects = bundleObjects(bundle);
  const artifactOf = (step: Step): Artifact => store.artifacts.get(recorded.get(step.key) ?? '');
  for (const step of steps) {
    if (step.backend !== null || !recorded.has(step.key)) continue;
    reporter.checked();
    const artifact = recorded.get(step.key)!;
    const member = objectMember(artifact);
    try {
      const output = await step.run({
        key: step.key,
        inputs: Object.fromEntries(
          Object.entries(step.inputs).map(([name, input]) => [name, artifactOf(input)]),
        ),
        backend,
        objects,
        items: { list: () => [], add: () => {} },
        checkpointPath: '',
        signal: new AbortController().signal,
        progress: () => {},
      });
      const { kind, meta, files } = output;
      const expected = sha256(canonicalJson({ kind, meta, files }));
      if (expected !== artifact) {
        reporter.report({
          member,
          message: `doing "${step.title}" again gives another result`,
          expected,
          found: artifact,
        });
      }
    } catch (error) {
      reporter.report({
        member: MEMBER.steps,
        message: `"${step.title}" cannot be done again: ${messageOf(error)}`,
      });
    }
  }
}
