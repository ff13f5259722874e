import type { Command } from 'commander';
import { examples, STUDY } from './command-parts.ts';
import type { InvestigateFlags, JudgeFlags, JudgeTranscriptsFlags } from './flags.ts';
import type { CliIo } from './io.ts';

/** Adds the commands of auditors and judges that are models; `run` reports how one ended. */
export function addAuditorCommands(
  program: Command,
  io: CliIo,
  run: (work: () => Promise<number | void>) => Promise<void>,
): void {
  program
    .command('investigate')
    .summary('have a model audit models blind, and count what it finds')
    .description(
      'Let an auditor talk to each target without knowing what there is to find, score its guesses against the sealed truth, and count false finds on benign targets the same way. Transcripts are kept; the same command resumes, and judges anew what another judge or rubric asks for.',
    )
    .argument('<file>', 'investigation file (YAML)')
    .option('--out <dir>', 'folder of transcripts and scores; beside the file when absent')
    .option('--retry-unscored', 'try once more what ended without a score')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText('after', examples('investigate examples/investigations/pocket.yaml'))
    .action((file: string, flags: InvestigateFlags) =>
      run(async () =>
        (await import('./commands/investigate.ts')).investigateCommand(io, file, flags),
      ),
    );

  const judge = program.command('judge').description('Look after judges.');
  judge
    .command('calibrate')
    .summary('try a judge on answers whose class is known')
    .description(
      'Put answers of known class before a judge in both orders of the classes: accuracy, Cohen’s κ, and where length, style, vocabulary and traps mislead it. Exit code 1 when it fails the gate on judges.',
    )
    .argument('[file]', 'investigation file whose judge to try; the lexical judge when absent')
    .option('--answers <file>', 'known answers of your own (YAML)')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText(
      'after',
      examples('judge calibrate', 'judge calibrate examples/investigations/pocket.yaml --json'),
    )
    .action((file: string | undefined, flags: JudgeFlags) =>
      run(async () =>
        (await import('./commands/judge-calibrate.ts')).judgeCalibrateCommand(io, file, flags),
      ),
    );

  judge
    .command('transcripts')
    .summary('judge the stored transcripts of an arm again')
    .description(
      'Put the transcripts of an arm before a judge and compare with their recorded scores. No model under study is asked again, and the verdict does not change; judgements are kept and not paid for twice.',
    )
    .argument('<study>', STUDY)
    .argument('<arm>', 'arm or teacher')
    .option('--with <file>', 'investigation file whose judge to use; the lexical judge when absent')
    .option('--store <dir>', 'store folder')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText('after', examples('judge transcripts study.yaml suspect-open-kd-main-s1'))
    .action((study: string, arm: string, flags: JudgeTranscriptsFlags) =>
      run(async () =>
        (await import('./commands/judge-transcripts.ts')).judgeTranscriptsCommand(
          io,
          study,
          arm,
          flags,
        ),
      ),
    );
}
