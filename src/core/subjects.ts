import { about } from './argument.ts';
import { type AnyCommand, type Host, SHELL_KINDS } from './command.ts';
import { Refusal } from './errors.ts';
import { matches } from './policy.ts';
import { hasNode, named, route } from './route.ts';
import type { Found, Input } from './types.ts';
import { type Said, say } from './words.ts';

/** What a line would be about, as far as it is known without asking a host. */
export type Targets =
  /** These hosts together; `hidden`: and others that who asks may not see. */
  | { readonly kind: 'hosts'; readonly hosts: readonly string[]; readonly hidden: boolean }
  /** One of these, or some of them. `guest`: the guest that was looked for and is not known. */
  | { readonly kind: 'any'; readonly hosts: readonly string[]; readonly hidden: boolean; readonly guest?: string }
  /** No host at all. */
  | { readonly kind: 'none' }
  /** The line is refused before it comes to a plan. `hosts`: those that it names, and who asks may see. */
  | { readonly kind: 'refused'; readonly message: Said; readonly hosts: readonly string[] };

/** Whose eyes are looked through: hosts and guests that who asks may see, and the hosts in reach of who would say the line. */
export interface Eyes {
  readonly seen: readonly Host[];
  readonly guests: readonly Found[];
  readonly reach: readonly Host[];
}

/** Which hosts a line is about. Nothing that comes of it depends on hosts that who asks may not see, but `hidden`. */
export function targetsOf(command: AnyCommand, input: Input, { seen, guests, reach }: Eyes): Targets {
  if (command.at === 'desk' && command.risk === 'none') return { kind: 'none' };
  const kinds = command.kinds ?? SHELL_KINDS;
  const visible = (hosts: readonly Host[]) => hosts.filter((host) => seen.some(({ name }) => name === host.name)).map(({ name }) => name);
  if (command.at === 'desk') return { kind: 'any', hosts: visible(reach), hidden: visible(reach).length < reach.length };
  for (const pattern of named(command, input)) {
    if (!seen.some((host) => matches(pattern, host) || hasNode(host, pattern))) return outside(pattern);
  }
  const narrow = named(command, input).length > 0;
  const guest = guestIn(command, input);
  if (!narrow && guest !== undefined) {
    const hosts = [...new Set(guests.filter(({ name }) => name === guest).map(({ at }) => at.host))];
    const able = hosts.filter((name) => seen.some((host) => host.name === name && kinds.includes(host.kind)));
    if (able.length === 1) return { kind: 'hosts', hosts: able, hidden: false };
    if (able.length > 1) return { kind: 'any', hosts: able, hidden: false };
  }
  const mine = tried(() => route(command, input, seen));
  if (mine instanceof Refusal) return { kind: 'refused', message: mine.said, hosts: [] };
  const theirs = tried(() => route(command, input, reach));
  if (theirs instanceof Refusal) return { kind: 'refused', message: theirs.said, hosts: narrow ? visible(mine) : [] };
  const hosts = visible(theirs);
  if (hosts.length === 0) return outside(named(command, input)[0] ?? '');
  const hidden = hosts.length < theirs.length;
  return narrow ? { kind: 'hosts', hosts, hidden } : { kind: 'any', hosts, hidden, ...(guest === undefined ? {} : { guest }) };
}

function outside(pattern: string): Targets {
  const message =
    pattern === ''
      ? say({ en: 'this is about hosts outside your reach', zh: '这涉及您的范围之外的主机' })
      : say({ en: '“{pattern}” is outside your reach, if there is such a thing', zh: '“{pattern}”在您的范围之外，或不存在' }, { pattern });
  return { kind: 'refused', message, hosts: [] };
}

/** The guest a line names without its host. */
function guestIn(command: AnyCommand, input: Input): string | undefined {
  const [name] = Object.entries({ ...command.args, ...command.options }).find(([, schema]) => about(schema)?.names === 'guest') ?? [];
  const value = name === undefined ? undefined : input[name];
  return typeof value === 'string' ? value : undefined;
}

function tried<T>(does: () => T): T | Refusal {
  try {
    return does();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
