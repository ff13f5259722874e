import { canonicalJson } from '../../base/canonical-json.ts';
import { type Json, parseJson } from '../../base/json.ts';
import { jsonDifferences } from '../../base/json-differences.ts';
import { collectVerdictInput } from '../../study/collect-verdict-input.ts';
import { verdictBytes } from '../../study/verdict-ledger.ts';
import { decideVerdict } from '../../verdict/decide.ts';
import { MEMBER } from '../bundle-format.ts';
import type { Reporter } from '../finding.ts';
import type { CheckContext } from './check-context.ts';

/** Differences shown before the rest is only counted. */
const SHOWN = 10;

/** Computes every gate, statistic and the verdict again from rows; the bytes must be the same. */
export function checkVerdict({ bundle, store, manifest }: CheckContext, reporter: Reporter): void {
  const expected = verdictBytes(decideVerdict(collectVerdictInput(manifest, store)));
  const found = bundle.text(MEMBER.verdict) ?? '';
  reporter.checked();
  if (expected === found) return;
  const differences = jsonDifferences('', parseJson(expected), parseJson(found));
  for (const { path, before, after } of differences.slice(0, SHOWN)) {
    reporter.report({
      member: MEMBER.verdict,
      row: path,
      message: 'the rows give something else',
      expected: shown(before),
      found: shown(after),
    });
  }
  const rest = differences.length - SHOWN;
  if (differences.length === 0 || rest > 0) {
    const message = rest > 0 ? `${rest} more figures differ` : 'its bytes are not canonical';
    reporter.report({ member: MEMBER.verdict, message });
  }
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'absent' : canonicalJson(value);
}
