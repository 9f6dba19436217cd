import { z } from 'zod';
import type { Signal } from './alert.ts';
import type { DeclaredSource } from './routing.ts';
import { Malformed, type NamedSource } from './source.ts';
import { tidied } from './tidy.ts';

/** What a body says, as it may be kept. Pure. `type`: its content type without parameters. Throws Malformed, naming the part that is wrong. */
export function readBody(text: string, type: string, at: number, declared: DeclaredSource, kind: NamedSource): Signal[] {
  const { name, mapping, labels } = declared;
  const given = bodyOf(text);
  const fits = kind.body.safeParse(given);
  if (!fits.success) throw new Malformed(wrong(fits.error));
  try {
    const signals = kind.signals(given, { name, at, type, ...(mapping ? { mapping } : {}) });
    return signals.map((signal) => tidied(signal, name, labels));
  } catch (error) {
    if (error instanceof z.ZodError) throw new Malformed(wrong(error));
    throw error;
  }
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Malformed(`not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

/** The first thing that is wrong; of alternatives, with the one that comes nearest. */
function wrong(error: z.ZodError): string {
  let [issue] = error.issues;
  const path: PropertyKey[] = [];
  while (issue) {
    path.push(...issue.path);
    const inner: z.core.$ZodIssue | undefined =
      issue.code === 'invalid_union' ? issue.errors.toSorted((a, b) => (b[0]?.path.length ?? 0) - (a[0]?.path.length ?? 0))[0]?.[0] : undefined;
    if (!inner) return `${path.map(String).join('.') || 'body'}: ${issue.message}`;
    issue = inner;
  }
  return 'body: cannot be read';
}
