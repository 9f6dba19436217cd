import { z } from 'zod';
import type { AnyCommand } from './command.ts';

/** A legal command path: one to three words of lower-case letters, digits and inner dashes. */
export const COMMAND_PATH = /^[a-z][a-z0-9]*(-[a-z0-9]+)*( [a-z][a-z0-9]*(-[a-z0-9]+)*){0,2}$/;

const declaration = z
  .object({
    summary: z.object({ en: z.string().min(1), zh: z.string().min(1) }),
    examples: z.array(z.string()).min(1),
    risk: z.enum(['none', 'low', 'medium', 'high']),
    args: z.record(z.string(), z.instanceof(z.ZodType)),
    options: z.record(z.string(), z.instanceof(z.ZodType)).optional(),
    at: z.enum(['site', 'desk', 'ask']).optional(),
    plan: z.function().optional(),
    become: z.function().optional(),
  })
  .refine((declared) => (declared.at === 'ask' ? declared.become : declared.plan) !== undefined);

/** Whether a loaded module's default export is a command; the message says what is wrong with it. */
export function isCommand(value: unknown): value is AnyCommand {
  return declaration.safeParse(value).success;
}
