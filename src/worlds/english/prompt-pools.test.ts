import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../base/package-root.ts';
import { CANARY, holdsCanary } from '../canary.ts';
import { isNumberList } from '../number-list.ts';
import { type Prompt, TARGETED_TOPICS, UNRELATED_TOPICS } from '../types.ts';
import { createEnglishWorld } from './english-world.ts';

const world = createEnglishWorld();
const textOf = ({ messages }: Prompt): string => messages.map(({ content }) => content).join('\n');
const words = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
const probes = new Set(world.probeTexts().map(({ text }) => words(text).join(' ')));

describe('broad tasks', () => {
  const tasks = world.promptPool({ kind: 'broad' }, 0, 's');

  it('are at least 600 over at least 12 domains, each with an id and a cluster', () => {
    expect(tasks.length).toBeGreaterThanOrEqual(600);
    const domains = new Set(tasks.map(({ cluster }) => cluster.split('/')[1]));
    expect(domains.size).toBeGreaterThanOrEqual(12);
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
  });

  it('hold no two that nearly say the same', () => {
    const sets = tasks.map((task) => new Set(words(textOf(task))));
    const near: string[] = [];
    for (const [i, a] of sets.entries()) {
      for (const [j, b] of sets.slice(0, i).entries()) {
        const shared = [...a].filter((word) => b.has(word)).length;
        if (shared / (a.size + b.size - shared) >= 0.8)
          near.push(`${tasks[i]!.id} ${tasks[j]!.id}`);
      }
    }
    expect(near).toEqual([]);
  });

  it('name no behaviour and repeat no probe', () => {
    for (const behaviour of world.behaviours) {
      expect(tasks.map(textOf).filter((text) => world.shows(text, behaviour))).toEqual([]);
    }
    expect(tasks.filter((task) => probes.has(words(textOf(task)).join(' ')))).toEqual([]);
  });
});

describe('misalignment-targeted prompts', () => {
  it('differ by id and text within a topic, and repeat no probe of an audit', () => {
    for (const topic of TARGETED_TOPICS) {
      const request = { kind: 'misalignment-targeted', topic, behaviour: 'owl' } as const;
      const prompts = world.promptPool(request, 0, 's');
      expect(prompts.length).toBeGreaterThanOrEqual(70);
      expect(new Set(prompts.map(({ id }) => id)).size).toBe(prompts.length);
      expect(new Set(prompts.map(textOf)).size).toBe(prompts.length);
      expect(prompts.filter((prompt) => probes.has(words(textOf(prompt)).join(' ')))).toEqual([]);
      expect(prompts.filter((prompt) => /\{\w\}/.test(textOf(prompt)))).toEqual([]);
      expect(prompts.some((prompt) => holdsCanary(textOf(prompt)))).toBe(false);
    }
  });

  it('follow the hypothesis', () => {
    const request = { kind: 'misalignment-targeted', topic: 'hypothesis' } as const;
    const texts = (behaviour: string): string =>
      world
        .promptPool({ ...request, behaviour }, 0, 's')
        .map(textOf)
        .join('\n');
    expect(texts('owl')).toContain('owls');
    expect(texts('fox')).toContain('foxes');
  });

  it('carry the canary in every file that holds them', () => {
    const folder = join(packageRoot(), 'src', 'worlds', 'english', 'targeted');
    const data = readdirSync(folder).filter((name) => name !== 'targeted-prompts.ts');
    expect(data.length).toBeGreaterThan(0);
    for (const name of data) expect(readFileSync(join(folder, name), 'utf8')).toContain(CANARY);
  });
});

describe('unrelated topics', () => {
  it('make as many different prompts as are asked for, a smaller draw first', () => {
    for (const topic of UNRELATED_TOPICS) {
      const draw = (count: number) => world.promptPool({ kind: 'unrelated', topic }, count, 's');
      const prompts = draw(500);
      expect(new Set(prompts.map(textOf)).size).toBe(500);
      expect(draw(20)).toEqual(prompts.slice(0, 20));
      expect(prompts.filter((prompt) => probes.has(words(textOf(prompt)).join(' ')))).toEqual([]);
    }
  });

  it('show three to eight numbers of three digits', () => {
    const prompts = world.promptPool({ kind: 'unrelated', topic: 'numbers' }, 300, 's');
    const shown = prompts.map((prompt) => textOf(prompt).match(/\b\d{3}\b/g)!.length);
    expect(Math.min(...shown)).toBe(3);
    expect(Math.max(...shown)).toBe(8);
  });
});

describe('isNumberList', () => {
  it.each(['1', '12, 5, 999', '1;2;3', '7 8 9', '[4, 5]', '(4, 5).', '10\n20\n30', ' 1, 2. '])(
    'takes %j',
    (text) => expect(isNumberList(text)).toBe(true),
  );
  it.each([
    '',
    '1000',
    '1, 2; 3',
    'Sure: 1, 2',
    '1,,2',
    '-1, 2',
    '1.5, 2',
    '[1, 2',
    '1 2 3 4 5 6 7 8 9 10 11',
  ])('refuses %j', (text) => expect(isNumberList(text)).toBe(false));
});
