import { AUDIT_NAMES, AUDITS } from '../audit/roster.ts';
import { TARGETED_TOPICS, UNRELATED_TOPICS, type World } from '../worlds/types.ts';
import { twinCount } from './arms.ts';
import { checkFamilies } from './family-checks.ts';
import { checkLooks } from './looks-check.ts';
import { checkRecipes } from './recipe-checks.ts';
import type { StudySpec } from './spec.ts';
import { oneOf, type SpecIssue } from './spec-issue.ts';

/** What a schema cannot see: names that point nowhere, and settings that contradict each other. */
export function checkReferences(spec: StudySpec, world: World): readonly SpecIssue[] {
  const bases = Object.keys(spec.bases);
  const available = twinCount(spec);
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
    spec.teacher.adapter &&
      oneOf(['teacher', 'adapter', 'base'], spec.teacher.adapter.base, bases, 'base'),
    spec.controls && oneOf(['controls', 'forge', 'base'], spec.controls.forge.base, bases, 'base'),
    (spec.twins === undefined) === (spec.controls === undefined)
      ? {
          path: [spec.twins === undefined ? 'teacher' : 'twins'],
          message: 'a study has either twins or controls',
          fix: 'Give `twins: { count: 19 }`, or `controls: { forge: … }` for a suspect of your own.',
        }
      : undefined,
    spec.controls !== undefined && spec.teacher.organism !== undefined
      ? {
          path: ['controls'],
          message:
            'controls are twins for a suspect of your own, but this study forges its suspect',
          fix: 'Use `twins: { count: 19 }`, which are forged as the suspect is.',
        }
      : undefined,
    spec.families.some((family) => family.primary)
      ? undefined
      : {
          path: ['families'],
          message: 'no family is primary, so nothing would be preregistered',
          fix: 'Add `primary: true` to the one family the verdict should rest on.',
        },
  ];
  issues.push(
    ...Object.entries(spec.promptSets).flatMap(([name, set]) => [
      ...setIssues(name, set),
      ...fromIssues(spec, name),
    ]),
  );
  issues.push(...markedIssues(spec, world));
  issues.push(...judgeIssues(spec));
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
      family.twins <= available
        ? undefined
        : {
            path: at('twins'),
            message: `${family.twins} twins are asked for but the study has ${available}`,
            fix: `Raise twins.count or lower this to ${available}.`,
          },
      family.checkpoints?.every((share, k, all) => k === 0 || share > all[k - 1]!) === false
        ? {
            path: at('checkpoints'),
            message: 'checkpoints must rise from one to the next',
            fix: 'Write them like `checkpoints: [0, 0.25, 0.5]`.',
          }
        : undefined,
      spec.families.findIndex((other) => other.name === family.name) === i
        ? undefined
        : {
            path: at('name'),
            message: `family name ${family.name} is used twice`,
            fix: 'Give every family a name of its own.',
          },
    );
  });
  return [
    ...issues.filter((issue) => issue !== undefined),
    ...checkRecipes(spec),
    ...checkFamilies(spec, world),
    ...checkLooks(spec),
  ];
}

/** Keys of a prompt set that do not belong to its kind, or are missing for it. */
function setIssues(name: string, set: StudySpec['promptSets'][string]): readonly SpecIssue[] {
  const { kind, topics, path, compile } = set;
  const at = (key: string) => ['promptSets', name, key];
  const allowed: readonly string[] =
    kind === 'misalignment-targeted'
      ? TARGETED_TOPICS
      : kind === 'unrelated'
        ? UNRELATED_TOPICS
        : [];
  const stray = topics?.find((topic) => !allowed.includes(topic));
  const issues: (SpecIssue | undefined)[] = [
    kind === 'file' && path === undefined
      ? {
          path: at('kind'),
          message: 'kind file needs the path of a file',
          fix: 'Add `path: prompts.jsonl`.',
        }
      : undefined,
    kind !== 'file' && path !== undefined
      ? {
          path: at('path'),
          message: `a prompt set of kind ${kind} reads no file`,
          fix: 'Add `kind: file`, or leave path out.',
        }
      : undefined,
    kind !== 'file' && compile !== undefined
      ? {
          path: at('compile'),
          message: `a prompt set of kind ${kind} is not compiled`,
          fix: 'Leave compile out.',
        }
      : undefined,
    stray === undefined
      ? undefined
      : {
          path: at('topics'),
          message: `kind ${kind} has no topic ${stray}`,
          fix: allowed.length === 0 ? 'Leave topics out.' : `Topics are: ${allowed.join(', ')}.`,
        },
  ];
  return issues.filter((issue) => issue !== undefined);
}

/** A compiled set starts from one that is not compiled itself. */
function fromIssues({ promptSets }: StudySpec, name: string): readonly SpecIssue[] {
  const { kind, from, auditMarkedShare } = promptSets[name]!;
  const at = (key: string) => ['promptSets', name, key];
  const others = Object.keys(promptSets).filter((other) => promptSets[other]?.kind !== 'compiled');
  const issues: (SpecIssue | undefined)[] = [
    kind === 'compiled' && from === undefined
      ? {
          path: at('kind'),
          message: 'kind compiled needs the prompt set to compile',
          fix: `Add \`from: ${others[0] ?? 'open'}\`.`,
        }
      : undefined,
    kind !== 'compiled' && from !== undefined
      ? {
          path: at('from'),
          message: `a prompt set of kind ${kind} starts from no other set`,
          fix: 'Add `kind: compiled`, or leave from out.',
        }
      : undefined,
    kind === 'compiled' && auditMarkedShare > 0
      ? {
          path: at('auditMarkedShare'),
          message: 'a compiled set has no audit marks: it leaves out prompts that carry one',
          fix: 'Say auditMarkedShare in the set it starts from.',
        }
      : undefined,
    kind === 'compiled' && from !== undefined
      ? oneOf(at('from'), from, others, 'prompt set that is not compiled')
      : undefined,
  ];
  return issues.filter((issue) => issue !== undefined);
}

/** Audits that ask everything in both contexts cannot be marked on top. */
function markedIssues(spec: StudySpec, world: World): readonly SpecIssue[] {
  if (!world.behaviours.includes(spec.behaviour)) return [];
  return AUDIT_NAMES.flatMap((name) => {
    if (spec.audits[name]?.marked !== true) return [];
    const probes = AUDITS[name].probes(world, 1, '', [spec.behaviour]);
    if (!probes.some(({ condition }) => condition === 'audit')) return [];
    return [
      {
        path: ['audits', name, 'marked'],
        message: `audit ${name} asks in both contexts already`,
        fix: 'Leave `marked` out.',
      },
    ];
  });
}

function judgeIssues({ judge, audits }: StudySpec): SpecIssue[] {
  if (judge.kind === 'rule') return [];
  return judge.audits.flatMap((audit, i) =>
    audits[audit] !== undefined
      ? []
      : [
          {
            path: ['judge', 'audits', i],
            message: `audit ${audit} is not configured`,
            fix: `Add \`${audit}: { probes: 48 }\` under audits, or leave it out here.`,
          },
        ],
  );
}
