import type { Command } from 'commander';

/** What a command that takes a study says of that argument. */
export const STUDY = 'study file (YAML), or the id of a study in the store';

/** Examples below the help of a command. */
export function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  informant ${command}`).join('\n')}`;
}

/** A command on a study, with the options that all of them have. */
export function onStudy(program: Command, name: string): Command {
  return program
    .command(name)
    .argument('<study>', STUDY)
    .option('--store <dir>', 'store folder')
    .option('--json', 'print one JSON object instead of text');
}
