import { messageOf } from '../../base/errors.ts';
import { isHeavy, MEMBER, objectMember } from '../bundle-format.ts';
import type { Reporter } from '../finding.ts';
import type { CheckContext } from './check-context.ts';

/**
 * Every artifact and every file of it is there under its sha256, but for weights and distributions,
 * which may stand there by digest; and no object is there that nothing names.
 */
export function checkArtifacts(
  { bundle, store, manifest }: CheckContext,
  reporter: Reporter,
): void {
  const named = new Set<string>();
  for (const { artifact: digest, title } of bundle.steps) {
    reporter.checked();
    named.add(digest);
    const member = objectMember(digest);
    try {
      const artifact = store.artifacts.get(digest);
      for (const [file, fileDigest] of Object.entries(artifact.files)) {
        named.add(fileDigest);
        if (bundle.hasObject(fileDigest)) continue;
        const mayLack = isHeavy(artifact.kind, file) && bundle.index?.weights !== 'included';
        if (!mayLack) {
          reporter.report({
            member: objectMember(fileDigest),
            message: `file ${file} of "${title}" is missing`,
          });
        }
      }
    } catch (error) {
      reporter.report({ member, message: `the result of "${title}": ${messageOf(error)}` });
    }
  }
  const ledger = JSON.stringify(bundle.events.map(({ data }) => data));
  for (const { name } of bundle.index?.members ?? []) {
    if (!name.startsWith('objects/')) continue;
    const digest = name.slice('objects/'.length);
    if (!named.has(digest) && !ledger.includes(digest)) {
      reporter.report({ member: name, message: 'no step and no event names it' });
    }
  }
  if (manifest.steps.length === 0) {
    reporter.report({ member: MEMBER.manifest, message: 'the plan has no steps' });
  }
}
