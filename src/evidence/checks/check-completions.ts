import { readCompletions, rowToJson } from '../../artifacts/completions.ts';
import { readPromptSet } from '../../artifacts/prompt-set.ts';
import { fileOf } from '../../artifacts/read-json-object.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { jsonDifferences } from '../../base/json-differences.ts';
import { objectMember } from '../bundle-format.ts';
import type { Reporter } from '../finding.ts';
import type { CheckContext } from './check-context.ts';

/** Every completion answers the prompt of its place in the prompt set, and none is missing. */
export function checkCompletions({ bundle, store }: CheckContext, reporter: Reporter): void {
  for (const step of bundle.steps) {
    if (step.name !== 'sample-completions') continue;
    const artifact = store.artifacts.get(step.artifact);
    const member = objectMember(fileOf(artifact, 'rows'));
    const prompts = readPromptSet(
      store.artifacts.get(step.consumed['prompts'] ?? ''),
      store.objects,
    );
    const rows = readCompletions(artifact, store.objects);
    if (rows.length !== prompts.length) {
      reporter.report({
        member,
        message: `"${step.title}" has another number of rows than its prompt set`,
        expected: String(prompts.length),
        found: String(rows.length),
      });
    }
    for (const [i, row] of rows.entries()) {
      reporter.checked();
      const prompt = prompts[i];
      if (prompt === undefined) break;
      const { id, split, messages } = prompt;
      const asked = rowToJson({ ...row, index: i, promptId: id, split, messages: [...messages] });
      const given = rowToJson(row);
      for (const { path, before, after } of jsonDifferences('', asked, given)) {
        reporter.report({
          member,
          row: `row ${i}`,
          message: `${path} is not that of its prompt`,
          expected: before === undefined ? 'absent' : canonicalJson(before),
          found: after === undefined ? 'absent' : canonicalJson(after),
        });
      }
    }
  }
}
