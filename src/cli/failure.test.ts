import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { userError, workError } from '../base/errors.ts';
import { failureOf, printFailure } from './failure.ts';
import { testIo } from './io.fixture.ts';

describe('failures', () => {
  it('prints message and fix without a stack for expected errors', () => {
    const { io, out, err } = testIo();
    printFailure(failureOf(userError('spec', 'study.yaml:3: bad key', 'Remove it.')), false, io);
    expect(err()).toBe('error: study.yaml:3: bad key\nfix: Remove it.\n');
    expect(out()).toBe('');
  });

  it('prints one JSON object on stdout with --json', () => {
    const { io, out, err } = testIo();
    printFailure(failureOf(workError('disk', 'full')), true, io);
    expect(JSON.parse(out())).toEqual({ error: { code: 'disk', message: 'full', hint: null } });
    expect(err()).toBe('');
  });

  it('prints the stack of a bug and asks for a report', () => {
    const { io, err } = testIo();
    const failure = failureOf(new TypeError('x is undefined'));
    printFailure(failure, false, io);
    expect(failure.exitCode).toBe(1);
    expect(err()).toContain('failure.test.ts');
    expect(err()).toContain('Please report it');
  });

  it('neutralises escapes in messages that quote hostile files', () => {
    const { io, err } = testIo();
    printFailure(failureOf(workError('x', 'bad name \u001B]0;pwn\u0007')), false, io);
    expect(err()).toBe('error: bad name \\u{1b}]0;pwn\\u{7}\n');
  });

  it('maps usage errors to exit code 2', () => {
    const failure = failureOf(
      new CommanderError(1, 'commander.unknownOption', "error: unknown option '--x'"),
    );
    expect(failure).toMatchObject({ code: 'usage', exitCode: 2, message: "unknown option '--x'" });
  });
});
