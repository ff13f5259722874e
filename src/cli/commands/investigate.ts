import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type AuditEntry, auditEntrySchema } from '../../audit/agent/audit-entry.ts';
import { auditRecordSchema } from '../../audit/agent/audit-record.ts';
import {
  type InvestigatedItem,
  type Investigation,
  runInvestigation,
} from '../../audit/agent/investigation.ts';
import { auditScoreSchema } from '../../audit/agent/score-audit.ts';
import { summariseInvestigation } from '../../audit/agent/summarise-investigation.ts';
import { addSpend, NO_SPEND, type Spend } from '../../audit/judges/judge.ts';
import { createChatBudget, withBudgets } from '../../backends/chat-budget.ts';
import type { ChatModel } from '../../backends/chat.ts';
import { EXIT } from '../../base/errors.ts';
import { type JsonLines, openJsonLines } from '../../base/json-lines.ts';
import type { InvestigateFlags } from '../flags.ts';
import { withInterrupt } from '../interrupt.ts';
import { loadInvestigation } from '../investigation/load-investigation.ts';
import { makeInvestigation } from '../investigation/make-investigation.ts';
import { type MakeEmbedded, openChatModels } from '../investigation/open-chat-models.ts';
import { type CliIo, note, print } from '../io.ts';
import { auditLine, investigationText } from '../views/investigation-text.ts';

/**
 * Runs the blind audits of an investigation file and counts what they found. Audits and scores that
 * are on disk are not computed again, so the same command resumes. Exit code 0 whatever was found.
 */
export async function investigateCommand(
  io: CliIo,
  file: string,
  flags: InvestigateFlags,
  makeEmbedded?: MakeEmbedded,
): Promise<number | void> {
  const { spec, folder, outDir } = loadInvestigation(io, file);
  const out = flags.out === undefined ? outDir : resolve(io.cwd, flags.out);
  const opened = await openChatModels(io, spec.models, folder, makeEmbedded);
  const records = openJsonLines(join(out, 'transcripts.jsonl'), auditRecordSchema);
  const scores = openJsonLines(join(out, 'scores.jsonl'), auditScoreSchema);
  const entries = openJsonLines(join(out, 'audits.jsonl'), auditEntrySchema);
  try {
    const budget = createChatBudget(spec.budget.total, spentBefore(records, scores));
    const models: Record<string, ChatModel> = {};
    for (const [name, model] of Object.entries(opened.models)) {
      models[name] = withBudgets(model, [budget]);
    }
    const investigation: Investigation = makeInvestigation(spec, models, folder);
    const { interrupted, value: items } = await withInterrupt(
      io,
      () => note(io, 'stopping; what is done is kept, Ctrl-C again stops at once'),
      () => undefined,
      (signal) =>
        runInvestigation(investigation, {
          records,
          scores,
          concurrency: spec.concurrency,
          retryUnscored: flags.retryUnscored === true,
          signal,
          onItem: (item, done, total) => {
            enter(entries, item, investigation.judge.name);
            note(io, `${done} of ${total} · ${auditLine(item)}`);
          },
        }),
    );
    if (interrupted || items === undefined) {
      note(io, `Resume with: informant investigate ${file}`);
      return EXIT.interrupted;
    }
    const summary = summariseInvestigation(items);
    if (flags.json) {
      const result = {
        investigation: spec.investigation,
        out,
        summary,
        audits: items.map(auditJson),
      };
      return print(io, JSON.stringify(result));
    }
    print(io, `${investigationText(spec.investigation, summary)}\ntranscripts and scores: ${out}`);
  } finally {
    records.close();
    scores.close();
    entries.close();
    await opened.close();
  }
}

/** Says once which target a record is of and how it was scored; the page shows it beside it. */
function enter(entries: JsonLines<AuditEntry>, item: InvestigatedItem, judge: string): void {
  const { key, target, repetition, score } = item;
  const entry: AuditEntry = { target: target.name, role: target.role, repetition, judge, score };
  if (!isDeepStrictEqual(entries.find(key), entry)) entries.append(key, entry);
}

/** What earlier runs spent counts too: the budget is that of the whole investigation. */
function spentBefore(...logs: readonly JsonLines<{ readonly spend: Spend }>[]): Spend {
  return logs
    .flatMap((log) => log.values())
    .map(({ spend }) => spend)
    .reduce(addSpend, NO_SPEND);
}

function auditJson({ key, target, repetition, record, score, unscored }: InvestigatedItem) {
  const { guesses, ended, counts, spend } = record;
  return {
    key,
    target: target.name,
    role: target.role,
    repetition,
    status: unscored === undefined ? 'scored' : 'unscored',
    ...(unscored === undefined ? {} : { reason: unscored }),
    ended,
    counts,
    guesses,
    score,
    spend: addSpend(spend, score.spend),
  };
}
