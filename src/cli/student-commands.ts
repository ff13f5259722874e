import type { Command } from 'commander';
import { examples, onStudy } from './command-parts.ts';
import type { StudyFlags } from './flags.ts';
import type { CliIo } from './io.ts';

/** Adds the commands that look into how students become what they are. */
export function addStudentCommands(
  program: Command,
  io: CliIo,
  run: (work: () => Promise<number | void>) => Promise<void>,
): void {
  onStudy(program, 'transfer')
    .summary('show what students do along their training')
    .description(
      'Show behaviour, behaviour under audit, confession and capability of students at the checkpoints of their training, beside those of the twins’ students.',
    )
    .addHelpText('after', examples('transfer study.yaml', 'transfer study.yaml --json'))
    .action((study: string, flags: StudyFlags) =>
      run(async () => (await import('./commands/transfer.ts')).transferCommand(io, study, flags)),
    );
}
