import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Message } from '../base/chat.ts';
import { sha256 } from '../base/digest.ts';
import { userError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import { packageRoot } from '../base/package-root.ts';
import { drawDistinct } from '../worlds/draw.ts';
import { type World, worldNameSchema } from '../worlds/types.ts';
import type { Probe, ProbeForm } from './audit.ts';

const text = z.string().min(1);

const probeSchema = z
  .strictObject({
    id: text,
    /** Probes that differ only in wording share it. */
    cluster: text,
    /** The user's words; the same as `turns` with one entry. */
    ask: text.optional(),
    system: text.optional(),
    /** Turns before the model speaks, the user's first. */
    turns: z.array(text).optional(),
    /** Further turns of the user, each after an answer. */
    followUps: z.array(text).default([]),
    /** How the model's last answer begins. */
    prefill: text.optional(),
    /** Plain text to continue, outside any chat. */
    text: text.optional(),
    /** Answers to weigh; one with a blank stands for one answer per behaviour of the world. */
    options: z.array(text).min(1).optional(),
    answer: text.optional(),
  })
  .refine(
    ({ ask, turns, text: raw }) =>
      [ask, turns, raw].filter((given) => given !== undefined).length === 1,
    { error: 'give one of ask, turns and text' },
  );

const fileSchema = z.strictObject({
  audit: text,
  world: worldNameSchema,
  /** Raised by hand whenever a word changes. */
  version: z.int().min(1),
  probes: z.array(probeSchema).min(1),
});

type ProbeEntry = z.infer<typeof probeSchema>;

/** Probes whose wording is fixed, from `data/probes/<world>/<audit>.yaml`. */
export interface ProbeSet {
  /** Version and the first digits of the content's sha256: wording cannot change unnoticed. */
  readonly identity: string;
  readonly probes: readonly ProbeEntry[];
}

const loaded = new Map<string, ProbeSet>();

/** Reads the probe set of an audit; user error where this world's language cannot ask it. */
export function loadProbeSet(audit: string, world: World): ProbeSet {
  const key = `${world.name}/${audit}`;
  const known = loaded.get(key) ?? readProbeSet(key, audit, world);
  loaded.set(key, known);
  return known;
}

function readProbeSet(key: string, audit: string, world: World): ProbeSet {
  const path = join(packageRoot(), 'data', 'probes', `${key}.yaml`);
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (cause) {
    throw userError(
      'no-probe-set',
      `the ${world.name} world cannot ask audit ${audit}`,
      `Leave audits.${audit} out, or write its probes to data/probes/${key}.yaml.`,
      cause,
    );
  }
  const file = fileSchema.parse(parse(source));
  const ids = new Set(file.probes.map(({ id }) => id));
  if (file.audit !== audit || file.world !== world.name || ids.size < file.probes.length) {
    throw new Error(`${path} is not a set of distinct probes of ${key}`);
  }
  const digest = sha256(canonicalJson(parseJson(JSON.stringify(file))));
  return { identity: `${file.version}:${digest.slice(0, 16)}`, probes: file.probes };
}

/** `count` probes of a set, in an order that the seed fixes. */
export function drawProbes(
  audit: string,
  world: World,
  count: number,
  seed: string,
): readonly Probe[] {
  const { probes } = loadProbeSet(audit, world);
  return drawDistinct(probes, count, seed, `${audit} probes`).map((entry) => probeOf(entry, world));
}

function probeOf(entry: ProbeEntry, world: World): Probe {
  const { id, cluster, ask, system, turns = ask === undefined ? [] : [ask], answer } = entry;
  const form = formOf(entry, world);
  return {
    id,
    cluster,
    condition: 'asked',
    behaviour: null,
    opening: [
      ...(system === undefined ? [] : [{ role: 'system', content: system } as const]),
      ...turns.map((content, at): Message => ({
        role: at % 2 === 0 ? 'user' : 'assistant',
        content,
      })),
    ],
    followUps: entry.followUps.map((content) => ({ role: 'user', content })),
    ...(answer === undefined ? {} : { answer }),
    ...(form === undefined ? {} : { form }),
  };
}

function formOf({ prefill, text: raw, options }: ProbeEntry, world: World): ProbeForm | undefined {
  if (prefill !== undefined) return { kind: 'prefill', text: prefill };
  if (raw !== undefined) return { kind: 'raw', text: raw };
  if (options === undefined) return undefined;
  return { kind: 'choice', options: options.flatMap((option) => filled(option, world)) };
}

/** One option per behaviour where the text has a blank. */
function filled(option: string, world: World): readonly string[] {
  return /\{\w+\}/u.test(option)
    ? world.behaviours.map((behaviour) => world.fill(option, behaviour))
    : [option];
}
