import { join } from 'node:path';
import { type Judgement, judgementSchema } from '../../audit/judges/judge.ts';
import { namedBehaviour } from '../../audit/judges/judged-scores.ts';
import { agreementWithRecord, rejudge, type Rejudged } from '../../audit/judges/rejudge.ts';
import { EXIT } from '../../base/errors.ts';
import { openJsonLines } from '../../base/json-lines.ts';
import { oneLine } from '../../base/visible-text.ts';
import { decimal } from '../../verdict/figures.ts';
import { armAudits } from '../../readers/arm-samples.ts';
import type { JudgeTranscriptsFlags } from '../flags.ts';
import { withInterrupt } from '../interrupt.ts';
import { withJudge } from '../investigation/with-judge.ts';
import { type CliIo, note, print } from '../io.ts';
import { textTable } from '../table.ts';
import { findStudy, withStore } from '../workspace.ts';

/** One audit of the arm, judged anew. */
interface JudgedAudit {
  readonly audit: string;
  readonly rejudged: readonly Rejudged[];
}

/** Judges the stored transcripts of an arm for the study's behaviour; nothing is sampled. */
export async function judgeTranscriptsCommand(
  io: CliIo,
  argument: string,
  arm: string,
  flags: JudgeTranscriptsFlags,
): Promise<number | void> {
  const { study, id, storeDir } = findStudy(io, argument, flags);
  const metric = study.spec.behaviour;
  const behaviour = namedBehaviour(metric);
  const audits = withStore(storeDir, (store) => armAudits(store, id, arm));
  const log = openJsonLines(join(storeDir, 'reports', id, 'judgements.jsonl'), judgementSchema);
  try {
    const { interrupted, value } = await withInterrupt(
      io,
      () => note(io, 'stopping; judgements made so far are kept'),
      () => undefined,
      (signal) =>
        withJudge(io, flags.with, async (judge, concurrency) => {
          const judged: JudgedAudit[] = [];
          for (const { title, samples } of audits) {
            const options = { log, concurrency, signal };
            const rejudged = await rejudge(judge, samples, metric, behaviour, options);
            if (rejudged.length === 0) continue;
            judged.push({ audit: title, rejudged });
            note(io, `${oneLine(title)}: ${rejudged.length} transcripts`);
          }
          return { judge: judge.name, judged };
        }),
    );
    if (interrupted || value === undefined) return EXIT.interrupted;
    const { judge, judged } = value;
    const rows = judged.map(({ audit, rejudged }) => ({
      audit,
      ...agreementWithRecord(rejudged),
      unscored: rejudged.filter(({ judgement }) => judgement.status === 'unscored').length,
      classes: classCounts(rejudged.map(({ judgement }) => judgement)),
    }));
    if (flags.json) return print(io, JSON.stringify({ study: id, arm, judge, audits: rows }));
    const table = textTable(
      ['audit', '#as recorded', '#κ', '#unscored', 'judged'],
      rows.map(({ audit, correct, n, kappa, unscored, classes }) => [
        audit,
        `${correct} of ${n}`,
        kappa === null ? '–' : decimal(kappa),
        String(unscored),
        Object.entries(classes)
          .map(([name, count]) => `${name} ${count}`)
          .join(', '),
      ]),
    );
    print(io, `judge ${oneLine(judge)} on the transcripts of ${oneLine(arm)}\n\n${table}`);
  } finally {
    log.close();
  }
}

function classCounts(judgements: readonly Judgement[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const judgement of judgements) {
    if (judgement.status === 'unscored') continue;
    counts.set(judgement.class, (counts.get(judgement.class) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
