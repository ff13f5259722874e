import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Studies } from '../api/studies.ts';
import { packageRoot } from '../base/package-root.ts';
import { parseJson } from '../base/json.ts';
import { studyArms, teacherIds } from '../study/arms.ts';
import { parseStudy } from '../study/load-study.ts';
import { runInformant } from './child-process.ts';

type Example = Studies['examples'][number];

/** Studies of the package that need nothing but the package. Nothing else can be started. */
const NAMES = ['pocket', 'pocket-null', 'families'] as const;

/** Planning takes a core for seconds: the page that asked first is drawn before. */
const PLAN_AFTER_MS = 3_000;

/** What ships with the package to be started from the page. */
export interface Examples {
  /**
   * Steps are 0 until their plan has been worked out, which begins a while after the first call and
   * leaves out those that the store has: their cards are not shown.
   */
  list(started: ReadonlySet<string>): Example[];
  /** Text of an example; undefined for any name that is none. */
  text(name: string): string | undefined;
}

/** How many distinct steps an example has; undefined where that cannot be told. */
export type CountSteps = (name: string) => Promise<number | undefined>;

/** The examples; `onPlanned` is called with the name of each that has been planned. */
export function createExamples(
  countSteps: CountSteps,
  onPlanned: (name: string) => void,
  planAfterMs = PLAN_AFTER_MS,
): Examples {
  const texts = new Map<string, string>(
    NAMES.map((name) => [
      name,
      readFileSync(join(packageRoot(), 'examples', `${name}.yaml`), 'utf8'),
    ]),
  );
  const steps = new Map<string, number>();
  // Their files never change while the server runs, and checking a study file takes a while.
  let read: readonly Omit<Example, 'steps'>[] | undefined;
  let planning: Promise<void> | undefined;
  const plan = async (names: readonly string[]): Promise<void> => {
    await sleep(planAfterMs, undefined, { ref: false });
    for (const name of names) {
      const count = await countSteps(name).catch(() => undefined);
      if (count === undefined) continue;
      steps.set(name, count);
      onPlanned(name);
    }
  };
  return {
    list: (started) => {
      read ??= [...texts].map(([id, text]) => exampleOf(id, text));
      planning ??= plan([...texts.keys()].filter((name) => !started.has(name)));
      return read.map((example) => ({ ...example, steps: steps.get(example.id) ?? 0 }));
    },
    text: (name) => texts.get(name),
  };
}

function exampleOf(id: string, text: string): Omit<Example, 'steps'> {
  const { spec } = parseStudy(text, `${id}.yaml`);
  const [description = '', ...more] = paragraphsOf(text);
  return {
    id,
    title: spec.study,
    description,
    more,
    models: teacherIds(spec).length + studyArms(spec).length,
  };
}

/** The comment at the head of the file, without the lines that are for editors and shells. */
export function paragraphsOf(text: string): readonly string[] {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map((line) => line.slice(1).trim())
    .filter((line) => !line.startsWith('yaml-language-server') && line[0] !== '`')
    .join('\n')
    .split(/\n{2,}/u)
    .map((paragraph) => paragraph.trim().replaceAll('\n', ' '))
    .filter((paragraph) => paragraph !== '');
}

const planSchema = z.object({ steps: z.array(z.unknown()) });

/** In a process of its own: planning draws every prompt and probe, and this one has answers to give. */
export async function countPlannedSteps(name: string): Promise<number | undefined> {
  const folder = join(packageRoot(), 'examples');
  const { code, stdout } = await runInformant(['plan', '--json', '--', `${name}.yaml`], folder);
  return code === 0 ? planSchema.parse(parseJson(stdout)).steps.length : undefined;
}
