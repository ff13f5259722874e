import { type Command, InvalidArgumentError } from 'commander';

/** What a command that takes a study says of that argument. */
export const STUDY = 'study file (YAML), or the id of a study in the store';

/** Examples below the help of a command. */
export function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  informant ${command}`).join('\n')}`;
}

/** A command on one study, with the options all of them have. */
export function onStudy(program: Command, name: string): Command {
  return program
    .command(name)
    .argument('<study>', STUDY)
    .option('--store <dir>', 'store folder')
    .option('--json', 'print one JSON object instead of text');
}

/** Parses an option that counts something. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  }
  return value;
}
