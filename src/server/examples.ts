import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** What ships with the package to be started from the page. */
export interface Examples {
  /** Steps are 0 until their plan has been worked out, which begins with the first call. */
  list(): Example[];
  /** Text of an example; undefined for any name that is none. */
  text(name: string): string | undefined;
}

/** How many distinct steps an example has; undefined where that cannot be told. */
export type CountSteps = (name: string) => Promise<number | undefined>;

/** The examples; `onPlanned` is called when one more has been planned. */
export function createExamples(countSteps: CountSteps, onPlanned: () => void): Examples {
  const texts = new Map<string, string>(
    NAMES.map((name) => [
      name,
      readFileSync(join(packageRoot(), 'examples', `${name}.yaml`), 'utf8'),
    ]),
  );
  const steps = new Map<string, number>();
  let planning: Promise<void> | undefined;
  const plan = async (): Promise<void> => {
    for (const name of texts.keys()) {
      const count = await countSteps(name).catch(() => undefined);
      if (count === undefined) continue;
      steps.set(name, count);
      onPlanned();
    }
  };
  return {
    list: () => {
      planning ??= plan();
      return [...texts].map(([id, text]) => exampleOf(id, text, steps.get(id) ?? 0));
    },
    text: (name) => texts.get(name),
  };
}

function exampleOf(id: string, text: string, steps: number): Example {
  const { spec } = parseStudy(text, `${id}.yaml`);
  return {
    id,
    title: spec.study,
    description: descriptionOf(text),
    steps,
    models: teacherIds(spec).length + studyArms(spec).length,
  };
}

/** The comment at the head of the file, without the lines that are for editors and shells. */
function descriptionOf(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end)
    .map((line) => line.slice(1).trim())
    .filter((line) => line !== '' && !line.startsWith('yaml-language-server') && line[0] !== '`')
    .join(' ');
}

const planSchema = z.object({ steps: z.array(z.unknown()) });

/** In a process of its own: planning draws every prompt and probe, and this one has answers to give. */
export async function countPlannedSteps(name: string): Promise<number | undefined> {
  const folder = join(packageRoot(), 'examples');
  const { code, stdout } = await runInformant(['plan', '--json', '--', `${name}.yaml`], folder);
  return code === 0 ? planSchema.parse(parseJson(stdout)).steps.length : undefined;
}
