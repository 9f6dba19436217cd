import { z } from 'zod';
import { DAYS, type Hours } from '../src/core/hours.ts';
import { RISKS } from '../src/core/types.ts';
import { hostPattern, name, span } from './values.ts';

const commandPattern = z.string().regex(/^(\*|[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*( \*)?)$/, '"*", "vm *" or "vm reboot"');

/** What a grant or a deny rule may be limited by. */
const conditions = {
  /** Regular expressions that the whole of an argument or option must match, by its name; of a list, every one (a grant) or any one (a deny rule). */
  input: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'the name of an argument or option: lower-case letters, digits, dash'), z.string().min(1).max(500))
    .optional(),
  /** Names of `rooms:`, or `private`, `web` and `terminal`. */
  rooms: z.array(name).optional(),
  /** Names of `hours:`; any one of them. */
  hours: z.array(name).optional(),
};

/** Allows. */
export const grant = z.strictObject({ commands: z.array(commandPattern), hosts: z.array(hostPattern), upTo: z.enum(RISKS).default('none'), ...conditions });

/** A role, `*` for everyone, or `person:ana` for one of them. */
const whom = z.string().regex(/^(\*|(person:)?[A-Za-z0-9_][A-Za-z0-9._-]{0,62})$/, 'a role, "*" or "person:" and the id of a person');

/** Forbids, whatever is granted. */
export const deny = z.strictObject({
  /** What refusals call it; without it, by its place, such as `deny.0`. */
  name: name.optional(),
  roles: z.array(whom),
  commands: z.array(commandPattern),
  hosts: z.array(hostPattern),
  from: z.enum(RISKS).default('none'),
  ...conditions,
  /** Told to who is refused. */
  why: z.string().min(1).max(300).optional(),
});

const DAYS_WORDS = 'a list of mon, tue, wed, thu, fri, sat, sun; or a range such as mon-fri';
const DAY_NAMES = DAYS.map((day) => day.toLowerCase());
const time = (most: string) =>
  z.string().regex(most === '24' ? /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/ : /^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time such as "08:00"');

/** Hours of the week, by the wall clocks of a time zone. Days become numbers (0 is Sunday), times minutes since midnight. */
export const hours = z
  .strictObject({
    /** As in the IANA time zone database. */
    zone: z.string().refine(isZone, 'a time zone such as Europe/Berlin or UTC'),
    /** A list, or the first and the last. */
    days: z.union([z.array(z.enum(DAY_NAMES)).min(1, DAYS_WORDS), z.string().regex(new RegExp(`^(${DAY_NAMES.join('|')})-(${DAY_NAMES.join('|')})$`))], {
      error: DAYS_WORDS,
    }),
    from: time('23'),
    /** At or before `from`: past midnight, on the next day. */
    to: time('24'),
  })
  .transform(({ zone, days, from, to }): Hours => ({ zone, days: daysOf(days), from: minutesOf(from), to: minutesOf(to) }));

/** Whether there is such a time zone in the IANA time zone database. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function daysOf(days: readonly string[] | string): number[] {
  if (typeof days !== 'string') return [...new Set(days.map((day) => DAY_NAMES.indexOf(day)))];
  const [first = 0, last = 0] = days.split('-').map((day) => DAY_NAMES.indexOf(day));
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, i) => (first + i) % 7);
}

function minutesOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

/** Roles that fill a place: any one of them; `*` for any role. */
const voters = z.array(z.union([z.literal('*'), name], { error: 'a role, or "*" for any' }));
const votesNeeded = z.number().int().min(1).max(9);

/** Who must say yes: either `votes`, or `count` and `roles`. */
export const approval = z.strictObject({
  from: z.enum(RISKS),
  commands: z.array(commandPattern).default(['*']),
  hosts: z.array(hostPattern).default(['*']),
  /** All of these, by different people. */
  votes: z.array(z.strictObject({ count: votesNeeded.default(1), roles: voters })).optional(),
  count: votesNeeded.optional(),
  roles: voters.optional(),
  expires: span.default(1_800_000),
  /** Who asked must say why. */
  reason: z.literal('required').optional(),
  /** How an approver proves to be who they are, beyond their chat account. */
  stepUp: z.enum(['totp', 'signature']).optional(),
});
