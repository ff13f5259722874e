import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import type { Message } from '../base/chat.ts';
import { sha256 } from '../base/digest.ts';
import { messageOf, userError, workError } from '../base/errors.ts';
import { withinTime } from '../base/time-limit.ts';
import type { ChatTemplate } from './types.ts';

/** Longest template source, in characters: several times the longest in use. */
export const MAX_TEMPLATE_CHARS = 200_000;
/** Longest rendered text and longest intermediate string, in characters. */
const MAX_RENDERED_CHARS = 4_000_000;
/** Most nodes evaluated in one rendering; a thousand messages need about a tenth. */
const MAX_EVALUATIONS = 200_000;
/** Most characters and list items produced by all evaluations together: bounds time and memory. */
const MAX_PRODUCED = 50 * MAX_RENDERED_CHARS;
/** A list item counts as this many characters: sorting and filtering cost more than copying. */
const ITEM_COST = 16;
/** Longest list that `range` makes. */
const MAX_RANGE = 10_000;
/** Widest indentation of the filters `indent` and `tojson`. */
const MAX_INDENT = 64;
/** Hundreds of times what the longest templates and conversations take. */
const TIME_LIMIT_MS = 5_000;

/**
 * Compiles a Jinja chat template. `specialTokens` are its variables `bos_token`, `eos_token`, ….
 * Templates come with untrusted models: they see the messages and nothing else, no clock (so
 * `strftime_now` is undefined and templates fall back to their fixed date), no files, no code.
 * Every evaluated node and turn of a loop is counted and every produced string and list measured,
 * lists with what is in them, so loops, recursion and doubling strings and lists end within seconds.
 * A time limit covers what costs much and produces little. One single call of `replace` or `join`
 * may still build a string up to the engine's limit of about half a gigabyte before it is measured
 * and refused.
 * User error `chat-template-invalid` when the source is too long or does not parse.
 */
export function createChatTemplate(
  path: string,
  source: string,
  specialTokens: Readonly<Record<string, string>>,
): ChatTemplate {
  if (source.length > MAX_TEMPLATE_CHARS) {
    throw invalid(path, `it has ${source.length} characters, the limit is ${MAX_TEMPLATE_CHARS}`);
  }
  const program = parseTemplate(path, source);
  return {
    digest: sha256(source),
    render: (messages, { addGenerationPrompt }) => {
      const environment = new Environment();
      const variables = {
        ...globals(),
        ...specialTokens,
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: addGenerationPrompt,
      };
      for (const [name, value] of Object.entries(variables)) environment.set(name, value);
      try {
        const interpreter = limited(new Interpreter(environment));
        return withinTime(TIME_LIMIT_MS, () => interpreter.run(program).value);
      } catch (error) {
        throw workError(
          'chat-template-failed',
          `the chat template of ${path} failed: ${messageOf(error)}`,
          templateHint(messages),
          error,
        );
      }
    },
  };
}

type Program = ReturnType<typeof parse>;

function parseTemplate(path: string, source: string): Program {
  try {
    return withinTime(TIME_LIMIT_MS, () =>
      parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true })),
    );
  } catch (error) {
    throw invalid(path, messageOf(error), error);
  }
}

function globals(): Record<string, unknown> {
  return {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    raise_exception: (message: unknown) => {
      throw new Error(String(message));
    },
    range: limitedRange,
  };
}

/** Python's range with a limit on its length. */
function limitedRange(...args: readonly unknown[]): number[] {
  const [a = 0, b, step = 1] = args.map(Number);
  const [start, stop] = b === undefined ? [0, a] : [a, b];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= MAX_RANGE)) throw new Error(`range is limited to ${MAX_RANGE} items`);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** A node of a template, as far as the budgets look at it. */
interface TemplateNode {
  readonly type: string;
  /** What a `for` loops over; with a filter (`for x in list if …`) the list is its `lhs`. */
  readonly iterable?: { readonly lhs?: unknown };
  /** The filter of a `FilterExpression` or `FilterStatement`; with arguments it is a call. */
  readonly filter?: {
    readonly callee?: { readonly value?: unknown };
    readonly args?: readonly { readonly type: string; readonly value?: unknown }[];
  };
}

/** The part of the library used here; its own declarations do not resolve under NodeNext. */
interface TemplateInterpreter {
  run(program: Program): { readonly value: string };
  evaluate(node: TemplateNode | undefined, environment: unknown): { readonly value: unknown };
}

/** Adds the budgets: the interpreter passes every node through its own `evaluate`. */
function limited(interpreter: TemplateInterpreter): TemplateInterpreter {
  const evaluate = interpreter.evaluate.bind(interpreter);
  // Loops with an empty body evaluate nothing, so every turn of a loop is charged in advance.
  const loopedOver = new Set<unknown>();
  const widths = new Set<unknown>();
  const weightOf = createScale();
  let evaluations = 0;
  let produced = 0;
  interpreter.evaluate = (node, environment) => {
    if (node?.type === 'For') loopedOver.add(node.iterable?.lhs ?? node.iterable);
    for (const width of indentWidths(node)) widths.add(width);
    if (++evaluations > MAX_EVALUATIONS) {
      throw new Error(`it did not end within ${MAX_EVALUATIONS} evaluations`);
    }
    const result = evaluate(node, environment);
    const length = lengthOf(result.value);
    if (loopedOver.has(node)) evaluations += length;
    if (widths.has(node) && Number(result.value) > MAX_INDENT) {
      throw new Error(`it indents by more than ${MAX_INDENT} characters`);
    }
    produced += typeof result.value === 'string' ? length : length * ITEM_COST;
    if (weightOf(result.value) > MAX_RENDERED_CHARS || produced > MAX_PRODUCED) {
      throw new Error(`it produced more than ${MAX_RENDERED_CHARS} characters`);
    }
    return result;
  };
  return interpreter;
}

/** The nodes whose values say by how many spaces a filter indents. */
function indentWidths(node: TemplateNode | undefined): unknown[] {
  const { callee, args = [] } = node?.filter ?? {};
  if (callee?.value !== 'indent' && callee?.value !== 'tojson') return [];
  return args.map((arg) => (arg.type === 'KeywordArgumentExpression' ? arg.value : arg));
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

/**
 * Measures values with everything in them: a list that holds the same list twice, forty times over,
 * is short but prints a trillion times. Lists never change, so each is weighed once; a namespace
 * changes, and weighs what was in it first.
 */
function createScale(): (value: unknown) => number {
  const weights = new WeakMap<object, number>();
  const weigh = (value: unknown): number => {
    if (typeof value === 'string') return value.length;
    if (!Array.isArray(value) && !(value instanceof Map)) return 1;
    const known = weights.get(value);
    if (known !== undefined) return known;
    // Whatever contains itself finds this.
    weights.set(value, 1);
    let weight = 1;
    for (const item of value.values()) weight += weigh(valueOf(item));
    weights.set(value, weight);
    return weight;
  };
  return weigh;
}

function valueOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'value' in item ? item.value : undefined;
}

function templateHint(messages: readonly Message[]): string {
  const roles = messages.map(({ role }) => role).join(', ');
  return `Check that the model accepts messages with these roles in this order: ${roles}.`;
}

function invalid(path: string, detail: string, cause?: unknown): Error {
  return userError(
    'chat-template-invalid',
    `the chat template of ${path} cannot be used: ${detail}`,
    'Take the chat template of the original model.',
    cause,
  );
}
