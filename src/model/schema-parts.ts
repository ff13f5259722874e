import { z } from 'zod';

/**
 * An array checked item by item up to the first bad one. `z.array` collects an issue for every bad
 * item: millions of them, from a hostile file, would take gigabytes.
 */
export function listOf<T>(item: z.ZodType<T, unknown>, limit = Infinity): z.ZodType<T[], unknown> {
  return z.unknown().transform((value, context) => {
    if (!Array.isArray(value)) return refuse(context, [], 'must be a list');
    if (value.length > limit) {
      return refuse(context, [], `has ${value.length} items, the limit is ${limit}`);
    }
    const items: T[] = [];
    for (const [at, raw] of value.entries()) {
      const parsed = item.safeParse(raw);
      if (!parsed.success) return refuse(context, [at], z.prettifyError(parsed.error));
      items.push(parsed.data);
    }
    return items;
  });
}

/** An object whose values are all strings, checked up to the first that is not. */
export const stringRecord: z.ZodType<ReadonlyMap<string, string>, unknown> = z
  .unknown()
  .transform((value, context) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return refuse(context, [], 'must be an object');
    }
    const entries = new Map<string, string>();
    for (const [key, text] of Object.entries(value)) {
      if (typeof text !== 'string') return refuse(context, [key], 'must be a string');
      entries.set(key, text);
    }
    return entries;
  });

function refuse(
  context: z.RefinementCtx,
  path: readonly PropertyKey[],
  message: string,
): typeof z.NEVER {
  context.addIssue({ code: 'custom', path: [...path], message });
  return z.NEVER;
}
