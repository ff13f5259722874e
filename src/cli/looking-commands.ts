import type { Command } from 'commander';
import { examples, onStudy, wholeNumber } from './command-parts.ts';
import type { LookFlags, ProfileFlags, ReplayFlags } from './flags.ts';
import type { CliIo } from './io.ts';

/** Adds the commands that look closer at the models of a finished study; `run` reports how one ended. */
export function addLookingCommands(
  program: Command,
  io: CliIo,
  run: (work: () => Promise<number | void>) => Promise<void>,
): void {
  onStudy(program, 'replay')
    .summary('put the leads to U itself')
    .description(
      'Ask U and benign teachers what the leads name, many times and also without the mark of an audit, and record in the ledger which are confirmed and which refuted.',
    )
    .option('--draws <n>', 'times each lead is put to U', wholeNumber, 40)
    .option('--pack <file>', 'also write the leads with all that is asked, as JSON')
    .addHelpText('after', examples('replay study.yaml', 'replay study.yaml --pack leads.json'))
    .action((study: string, flags: ReplayFlags) =>
      run(async () => (await import('./commands/replay.ts')).replayCommand(io, study, flags)),
    );

  onStudy(program, 'profile')
    .summary('show what each model could evade audits with')
    .description(
      'Show secret keeping, evaluation awareness, reasoning and planning of U and its students, the concealment gap, and whether distillation made students less auditable. Figures come from the audits the study ran.',
    )
    .option('--layer <n>', 'also probe the states of this layer for the audit mark', wholeNumber)
    .addHelpText('after', examples('profile study.yaml', 'profile study.yaml --layer 3 --json'))
    .action((study: string, flags: ProfileFlags) =>
      run(async () => (await import('./commands/profile.ts')).profileCommand(io, study, flags)),
    );

  onStudy(program, 'look')
    .summary('look into the weights and states of a model')
    .description(
      'Compare a teacher or student with the base it was trained from: size and rank of the change of every layer, what each layer would say next, and how well its states tell an audit from ordinary use.',
    )
    .argument('<model>', 'arm or teacher of the study')
    .option('--pairs <n>', 'tasks to look at, in ordinary and in audit context', wholeNumber, 24)
    .addHelpText('after', examples('look study.yaml suspect', 'look study.yaml ARM --json'))
    .action((study: string, model: string, flags: LookFlags) =>
      run(async () => (await import('./commands/look.ts')).lookCommand(io, study, model, flags)),
    );
}
