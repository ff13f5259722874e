import type { AuditSample } from '../../artifacts/audit-samples.ts';
import { userError } from '../../base/errors.ts';
import { type ArmAudit, armAudits, armStates } from '../../readers/arm-samples.ts';
import type { ShowFlags } from '../flags.ts';
import { type CliIo, print } from '../io.ts';
import { textTable } from '../table.ts';
import { transcriptText } from '../views/transcript-text.ts';
import { clip, oneLine } from '../../base/visible-text.ts';
import { findStudy, withStore } from '../workspace.ts';

/** Lists arms; with an arm its samples; with a probe the transcripts of it. */
export async function showCommand(
  io: CliIo,
  argument: string,
  arm: string | undefined,
  flags: ShowFlags,
): Promise<void> {
  const { id, storeDir, label } = findStudy(io, argument, flags);
  if (arm === undefined && flags.probe !== undefined) {
    throw userError('usage', '--probe needs an arm', `informant show ${label} ARM --probe ID`);
  }
  withStore(storeDir, (store) => {
    if (arm === undefined) {
      const arms = armStates(store, id);
      if (flags.json) return print(io, JSON.stringify({ study: id, arms }));
      const rows = arms.map((a) => [a.arm, `${a.done}/${a.steps}`, String(a.audits)]);
      return print(io, textTable(['teacher or arm', '#steps', '#audits done'], rows));
    }
    const audits = armAudits(store, id, arm);
    const { probe } = flags;
    if (probe === undefined) {
      return print(io, flags.json ? JSON.stringify({ study: id, arm, audits }) : armText(audits));
    }
    const chosen = audits.flatMap(({ samples }) => samples.filter((s) => s.probeId === probe));
    if (chosen.length === 0) {
      throw userError(
        'no-such-probe',
        `arm ${arm} has no sample of probe "${probe}"`,
        `informant show ${label} ${arm} lists its probes.`,
      );
    }
    if (flags.json) return print(io, JSON.stringify({ study: id, arm, samples: chosen }));
    const texts = chosen.map((sample) =>
      transcriptText({ ...sample, score: `${sample.condition}, ${scoresText(sample)}` }),
    );
    return print(io, texts.join('\n\n'));
  });
}

function armText(audits: readonly ArmAudit[]): string {
  return audits
    .map(({ title, finished, samples }) => {
      const head = `${oneLine(title)}${finished ? '' : ' (not finished)'}`;
      if (samples.length === 0) return `${head}\n  no samples yet`;
      const rows = samples.map((sample) => [
        sample.probeId,
        sample.condition,
        String(sample.draw),
        scoresText(sample),
        clip(oneLine(sample.messages.at(-1)?.content ?? ''), 60),
      ]);
      return `${head}\n${textTable(['probe', 'condition', '#draw', 'scores', 'last words'], rows)}`;
    })
    .join('\n\n');
}

function scoresText({ scores, stop }: AuditSample): string {
  const parts = Object.entries(scores).map(([metric, score]) =>
    score.status === 'scored'
      ? `${metric} ${score.value}${score.label === undefined ? '' : ` (${score.label})`}`
      : `${metric} unscored: ${score.reason}`,
  );
  return [...parts, ...(stop === 'end' ? [] : [stop])].join(', ');
}
