import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runFuzzer, type Tally } from './run-fuzzer.ts';

/**
 * `npm run fuzz [-- --count 100000 --seed N --workers N --findings FOLDER --json]`: throws hostile
 * model files at the loaders in processes of their own. Exit code 1 when anything but a typed error
 * or sane output came back; the files that did it lie in the findings folder.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(Math.max(1, availableParallelism())) },
    findings: { type: 'string', default: 'fuzz-findings' },
    json: { type: 'boolean', default: false },
  },
});

const start = performance.now();
const count = Number(values.count);
let lastShown = 0;
const tally = await runFuzzer({
  count,
  seed: Number(values.seed),
  workers: Number(values.workers),
  findings: values.findings,
  onProgress: (current) => {
    if (performance.now() - lastShown < 1_000) return;
    lastShown = performance.now();
    process.stderr.write(`\r${progressLine(current)}\u001b[K`);
  },
});
process.stderr.write('\n');
const seconds = (performance.now() - start) / 1_000;
process.stdout.write(values.json ? `${JSON.stringify({ seconds, ...tally })}\n` : summary(tally));
process.exitCode = tally.findings.length === 0 ? 0 : 1;

function progressLine({ cases, findings, peakMegabytes }: Tally): string {
  const rate = cases / ((performance.now() - start) / 1_000);
  const minutesLeft = (count - cases) / rate / 60;
  return (
    `${cases} of ${count} cases, ${rate.toFixed(0)}/s, ${minutesLeft.toFixed(1)} min left, ` +
    `${findings.length} findings, peak ${peakMegabytes.toFixed(0)} MB`
  );
}

function summary({ cases, formats, peakMegabytes, slowest, findings }: Tally): string {
  const lines = [
    `${cases} cases in ${seconds.toFixed(0)} s, peak ${peakMegabytes.toFixed(0)} MB of one process`,
    `slowest: ${(slowest.milliseconds / 1_000).toFixed(1)} s (${slowest.format})`,
  ];
  for (const [format, { accepted, refused }] of Object.entries(formats)) {
    const codes = Object.entries(refused).sort(([, a], [, b]) => b - a);
    lines.push(`${format}: accepted ${accepted}; refused as`);
    for (const [code, times] of codes) lines.push(`  ${code} ${times}`);
  }
  for (const { what, file } of findings) lines.push(`FOUND ${file}: ${what.split('\n')[0]}`);
  lines.push(findings.length === 0 ? 'no findings' : `${findings.length} findings`);
  return `${lines.join('\n')}\n`;
}
