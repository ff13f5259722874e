import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testIo } from './io.fixture.ts';
import { runCli } from './main.ts';

const failureSchema = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable() }),
});

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'informant-cli-'));
});

async function cli(...args: string[]) {
  const { io, out, err } = testIo({ cwd });
  const code = await runCli(args, io);
  return { code, out: out(), err: err() };
}

describe('usage', () => {
  it('prints help and version with exit code 0', async () => {
    const help = await cli('--help');
    expect(help.code).toBe(0);
    expect(help.out).toContain('run');
    expect((await cli('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });

  it('gives every command help with examples', async () => {
    const commands = 'init check plan run status verdict show leads explain export'.split(' ');
    for (const command of commands) {
      const help = await cli(command, '--help');
      expect(help.code).toBe(0);
      expect(help.out).toContain(`Examples:\n  informant ${command}`);
      expect(help.out).toContain('--json');
    }
    expect((await cli('store', 'verify', '--help')).out).toContain('informant store verify');
  });

  it.each([
    [[]],
    [['frobnicate']],
    [['run']],
    [['run', 'a.yaml', '--workers', 'two']],
    [['run', 'a.yaml', '--workers', '0']],
    [['run', 'a.yaml', '--log', 'xml']],
    [['plan', 'a.yaml', '--jsn']],
  ])('exits with 2 on wrong usage: %j', async (args) => {
    const { code, out } = await cli(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
  });

  it('says what is wrong and how to fix it, once', async () => {
    const { err } = await cli('plan', 'a.yaml', '--jsn');
    expect(err.match(/unknown option/gu)).toHaveLength(1);
    expect(err).toMatch(/^error: unknown option '--jsn'/u);
    expect(err).toContain('\nfix: ');
  });
});

describe('init and check', () => {
  it('writes a study that loads, beside its schema', async () => {
    const { code, out } = await cli('init', 'mine');
    expect(code).toBe(0);
    expect(out).toContain('informant check mine/study.yaml');
    const text = readFileSync(join(cwd, 'mine/study.yaml'), 'utf8');
    expect(text).toContain('$schema=./study.schema.json');
    const schema = JSON.parse(readFileSync(join(cwd, 'mine/study.schema.json'), 'utf8'));
    expect(Object.keys(schema.properties)).toContain('families');
    // Loads as a study: what is missing at most is a model or a run, not a key.
    expect((await cli('status', 'mine/study.yaml')).out).toContain('study my-study: not run yet');
  });

  it('overwrites nothing', async () => {
    await cli('init');
    writeFileSync(join(cwd, 'study.yaml'), 'mine');
    const again = await cli('init');
    expect(again.code).toBe(2);
    expect(again.err).toContain('exists already');
    expect(readFileSync(join(cwd, 'study.yaml'), 'utf8')).toBe('mine');
  });

  it('points at the line of a mistake', async () => {
    await cli('init');
    const path = join(cwd, 'study.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('behaviour: owl', 'behavior: owl'));
    const { code, err } = await cli('check', 'study.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(/study\.yaml:\d+:1: behavior: unknown key "behavior"/u);
    expect(err).toContain('Did you mean "behaviour"?');
    expect(err).not.toContain('    at ');
  });
});

describe('--json', () => {
  it('prints errors as one JSON object on stdout', async () => {
    const { code, out, err } = await cli('verdict', 'nothing.yaml', '--json');
    expect(code).toBe(2);
    expect(failureSchema.parse(JSON.parse(out)).error.code).toBe('study-unreadable');
    expect(err).toBe('');
  });

  it('prints results as one JSON object', async () => {
    await cli('init');
    const { out } = await cli('status', 'study.yaml', '--json');
    expect(JSON.parse(out)).toMatchObject({ study: 'my-study', status: 'not run yet', stages: [] });
  });
});

describe('studies that are not there', () => {
  it('names the store that was searched for an id', async () => {
    const { code, err } = await cli('status', 'some-study');
    expect(code).toBe(2);
    expect(err).toContain('.informant');
  });

  it('says that a study has to be run first', async () => {
    await cli('init');
    for (const command of ['verdict', 'leads', 'show']) {
      const { code, err } = await cli(command, 'study.yaml');
      expect(code).toBe(2);
      expect(err).toContain('informant run');
    }
  });
});
