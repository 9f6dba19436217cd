import type { Refusal } from './errors.ts';
import { normalise } from './normalise.ts';
import { redactor } from './redact.ts';
import { redactSaid } from './redactblock.ts';
import type { Input, Json } from './types.ts';
import type { Said } from './words.ts';

/** The desk knows no secrets of hosts: what it hides is told by its looks. */
const looks = redactor(() => []);
/** Longest line that is kept, in characters. */
const MOST = 200;

/** A line as it was typed, as it may be kept and shown: what looks like a secret is hidden. */
export function keptLine(text: string): string {
  return looks.redact(normalise(text)).slice(0, MOST);
}

/** What a person wrote, such as a reason, as it may be kept and shown. */
export function keptText(text: string): string {
  return looks.redact(text);
}

/** Why a line was refused: the reason may quote it. */
export function keptRefusal({ said, hint }: Refusal): { readonly message: Said; readonly hint?: Said } {
  return { message: redactSaid(said, looks), ...(hint ? { hint: redactSaid(hint, looks) } : {}) };
}

/** What a line was understood to say, as it may be kept: each of its texts by itself. */
export function keptInput(input: Input): Input {
  const kept = (value: Json): Json => {
    if (typeof value === 'string') return looks.redact(value);
    if (Array.isArray(value)) return value.map(kept);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, kept(one)])) : value;
  };
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, kept(value)]));
}
