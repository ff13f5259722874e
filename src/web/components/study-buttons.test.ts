import { expect, it } from 'vitest';
import { choiceFor } from './study-buttons.tsx';

const holder = (command: string) => ({
  pid: 1,
  host: 'here',
  command,
  since: '2026-01-01T00:00:00.000Z',
});

it('offers to pause a run, and calls the end of a replay what it is', () => {
  const run = { status: 'running', runningIn: holder('informant run tiny') } as const;
  expect(choiceFor(run)).toMatchObject({ action: 'pause', label: 'Pause' });
  const replay = { status: 'finished', runningIn: holder('informant replay tiny') } as const;
  expect(choiceFor(replay)).toMatchObject({ action: 'pause', label: 'Stop replay' });
});

it('offers to begin or go on where nobody works, and nothing once all is done', () => {
  expect(choiceFor({ status: 'new', runningIn: null })?.label).toBe('Start');
  expect(choiceFor({ status: 'interrupted', runningIn: null })?.label).toBe('Go on');
  expect(choiceFor({ status: 'finished', runningIn: null })).toBeNull();
});
