import type { World } from '../worlds/types.ts';
import { checkLooks } from './looks-check.ts';
import { nearestKey } from './nearest-key.ts';
import type { StudySpec } from './spec.ts';

/** Something wrong at a key of a study, with what to do about it. */
export interface SpecIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly fix: string;
}

/** What a schema cannot see: names that point nowhere, and settings that contradict each other. */
export function checkReferences(spec: StudySpec, world: World): readonly SpecIssue[] {
  const bases = Object.keys(spec.bases);
  const twinCount = spec.twins.count ?? spec.twins.paths?.length ?? 0;
  const issues: (SpecIssue | undefined)[] = [
    oneOf(['behaviour'], spec.behaviour, world.behaviours, `behaviour of world ${world.name}`),
    oneOf(['organisms', 'base'], spec.organisms.base, bases, 'base'),
    spec.positiveControl &&
      oneOf(
        ['positiveControl', 'behaviour'],
        spec.positiveControl.behaviour,
        world.behaviours.filter((behaviour) => behaviour !== spec.behaviour),
        'other behaviour',
      ),
    spec.families.some((family) => family.primary)
      ? undefined
      : {
          path: ['families'],
          message: 'no family is primary, so nothing would be preregistered',
          fix: 'Add `primary: true` to the one family the verdict should rest on.',
        },
  ];
  spec.families.forEach((family, i) => {
    const at = (key: string) => ['families', i, key];
    issues.push(
      oneOf(at('promptSet'), family.promptSet, Object.keys(spec.promptSets), 'prompt set'),
      oneOf(at('recipe'), family.recipe, Object.keys(spec.recipes), 'recipe'),
      oneOf(at('base'), family.base, bases, 'base'),
      spec.audits[family.audit] !== undefined
        ? undefined
        : {
            path: at('audit'),
            message: `audit ${family.audit} is not configured`,
            fix: `Add \`${family.audit}: { probes: 48 }\` under audits.`,
          },
      family.twins <= twinCount
        ? undefined
        : {
            path: at('twins'),
            message: `${family.twins} twins are asked for but the study has ${twinCount}`,
            fix: `Raise twins.count or lower this to ${twinCount}.`,
          },
      spec.families.findIndex((other) => other.name === family.name) === i
        ? undefined
        : {
            path: at('name'),
            message: `family name ${family.name} is used twice`,
            fix: 'Give every family a name of its own.',
          },
    );
  });
  return [...issues.filter((issue) => issue !== undefined), ...checkLooks(spec)];
}

function oneOf(
  path: readonly PropertyKey[],
  value: string,
  known: readonly string[],
  what: string,
): SpecIssue | undefined {
  if (known.includes(value)) return undefined;
  const nearest = nearestKey(value, known);
  return {
    path,
    message: `there is no ${what} "${value}"`,
    fix: nearest === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
  };
}
