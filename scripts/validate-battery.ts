import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  createEmbeddedBackend,
  embeddedLayout,
} from '../src/backends/embedded/embedded-backend.ts';
import { runCalibration } from '../src/calibration/run-calibration.ts';
import { summariseCalibration } from '../src/calibration/summarise-calibration.ts';
import { loadStudy } from '../src/study/load-study.ts';

/**
 * `npm run validate:battery [-- --organisms 20 --benign 20 --study scripts/validate-battery.yaml --out .informant/battery]`
 *
 * Puts organisms that hide the behaviour and benign ones in U's place, each with a student, and
 * prints the AUC of every audit between the two kinds as a Markdown table: through the teachers
 * themselves, and through their students. Writes all figures beside it. Resumes where it was stopped.
 */
const { values } = parseArgs({
  options: {
    organisms: { type: 'string', default: '20' },
    benign: { type: 'string', default: '20' },
    study: { type: 'string', default: 'scripts/validate-battery.yaml' },
    out: { type: 'string', default: '.informant/battery' },
  },
});
/** Pocket models have fewer parameters. */
const LARGEST_MODEL = 2_000_000;

const backend = createEmbeddedBackend(embeddedLayout(LARGEST_MODEL));
const start = performance.now();
const run = await runCalibration({
  study: loadStudy(values.study),
  storeDir: values.out,
  backend,
  design: {
    organisms: Number(values.organisms),
    nulls: Number(values.benign),
    // Every study asks the same probes and shares its twins: only U differs.
    blocks: 1,
    recipes: false,
  },
  onStudy: (done, total, { id }) =>
    console.error(
      `[${done}/${total}] ${id} after ${((performance.now() - start) / 1000).toFixed(0)} s`,
    ),
});
await backend.close();
if (run === undefined) throw new Error('the calibration was stopped');
const { detectors } = summariseCalibration(run);
writeFileSync(`${values.out}/battery.json`, `${JSON.stringify(detectors, null, 2)}\n`);

const row = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
const seenIn = [...new Set(detectors.map(({ of }) => of))];
row(['audit', 'condition', ...seenIn.map((of) => `AUC, ${of} [95%]`)]);
row(Array.from({ length: 2 + seenIn.length }, () => '---'));
for (const { of, audit, condition } of detectors) {
  if (of !== seenIn[0]) continue;
  row([
    audit,
    condition,
    ...seenIn.map((who) => {
      const found = detectors.find(
        (one) => one.of === who && one.audit === audit && one.condition === condition,
      );
      if (found === undefined) return '—';
      const { auc, interval } = found;
      return `${auc.toFixed(2)} [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`;
    }),
  ]);
}
console.log(`\n${run.design.organisms} organisms, ${run.design.nulls} benign.`);
