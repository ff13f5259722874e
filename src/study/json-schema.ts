import { z } from 'zod';
import { studySpecSchema } from './spec.ts';

/** JSON Schema of a study file, for completion and hints in editors. */
export function studyJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(studySpecSchema, { io: 'input' });
}

const nodeSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  oneOf: z.array(z.unknown()).optional(),
});

/** Keys that a schema allows at a path, for suggestions. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let nodes: readonly unknown[] = [z.toJSONSchema(schema, { io: 'input' })];
  for (const part of path) {
    nodes = nodes.flatMap(alternatives).flatMap((node) => child(node, part));
  }
  return nodes.flatMap(alternatives).flatMap((node) => Object.keys(node.properties ?? {}));
}

type SchemaNode = z.infer<typeof nodeSchema>;

function alternatives(value: unknown): SchemaNode[] {
  const parsed = nodeSchema.safeParse(value);
  if (!parsed.success) return [];
  return parsed.data.oneOf === undefined ? [parsed.data] : parsed.data.oneOf.flatMap(alternatives);
}

function child(node: SchemaNode, part: PropertyKey): unknown[] {
  if (typeof part === 'number') return node.items === undefined ? [] : [node.items];
  const named = node.properties?.[String(part)] ?? node.additionalProperties;
  return named === undefined ? [] : [named];
}
