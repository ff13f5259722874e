/** What a command that takes a study says of that argument. */
export const STUDY = 'study file (YAML), or the id of a study in the store';

/** Examples below the help of a command. */
export function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  informant ${command}`).join('\n')}`;
}
