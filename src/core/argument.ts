import { z } from 'zod';
import type { Words } from './words.ts';

/** What an argument names: decides how it is completed, and whether it narrows the hosts of a request. */
export type Names = 'hosts' | 'host' | 'guest' | 'unit' | 'node' | 'storage' | 'text' | 'command' | 'program' | 'person' | 'room' | 'alert';

/** What is known of an argument. */
export interface About {
  readonly names: Names;
  /** The word for it in usage lines. */
  readonly label: Words;
}
/** What is known of the schemas of arguments. */
export const registry = z.registry<About>();

/** What is known of an argument's schema, through any `.optional()` or array around it. */
export function about(schema: z.ZodType): About | undefined {
  const known = registry.get(schema);
  if (known) return known;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return about(schema.unwrap() as z.ZodType);
  return undefined;
}

/** The words of an enumeration, through any `.optional()` around it; none of anything else. */
export function oneOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return oneOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

/** Says what an argument of a schema of its own names. */
export function naming<T extends z.ZodType>(schema: T, names: Names, label: Words): T {
  registry.add(schema, { names, label });
  return schema;
}

/** Whether this argument takes all the words that are left. */
export function takesRest(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return takesRest(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodArray;
}

/** Whether a command can do without this argument. */
export function mayBeLeftOut(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success;
}

/** Whether an option stands alone, without a value. */
export function isFlag(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return isFlag(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodBoolean;
}
