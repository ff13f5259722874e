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
  onStudy(program, 'compare')
    .summary('show every family of a study in one table')
    .description(
      'Show behaviour, behaviour under audit, confession, capability and whatever else was audited, family by family: U’s students, the twins’ students, Δ with its interval. Exploratory: nothing here is adjusted for how much was looked at.',
    )
    .addHelpText('after', examples('compare study.yaml', 'compare study.yaml --json'))
    .action((study: string, flags: StudyFlags) =>
      run(async () => (await import('./commands/compare.ts')).compareCommand(io, study, flags)),
    );

  onStudy(program, 'transfer')
    .summary('show what students do along their training')
    .description(
      'Show behaviour, behaviour under audit, confession and capability of students at the checkpoints of their training, beside those of the twins’ students.',
    )
    .addHelpText('after', examples('transfer study.yaml', 'transfer study.yaml --json'))
    .action((study: string, flags: StudyFlags) =>
      run(async () => (await import('./commands/transfer.ts')).transferCommand(io, study, flags)),
    );

  onStudy(program, 'divergence')
    .summary('list where the teacher of an arm and its base differ most')
    .description(
      'List the training prompts and tokens at which the teacher of an arm and the base of its student differ most (KL of the next token), and how far its student came. For families with `divergence: true`, and recipes that choose tokens by it.',
    )
    .argument('<arm>', 'arm')
    .addHelpText('after', examples('divergence study.yaml suspect-open-kd-main-s1'))
    .action((study: string, arm: string, flags: StudyFlags) =>
      run(async () =>
        (await import('./commands/divergence.ts')).divergenceCommand(io, study, arm, flags),
      ),
    );
}
