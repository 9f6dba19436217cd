import type { Host } from '../command.ts';
import type { Matcher, Member, Signal } from './alert.ts';
import type { Match, Route, Routing } from './routing.ts';

/** The name of the route of what no other takes. */
export const ADMIN = 'admin';
/** The name of the route of the bot's own trouble where not even that is. */
const HOME = 'home';

/** What an alert says of itself by name, for matching: its labels, and `source`, `fingerprint`, `severity`, `title`, `host`, `tag` (several). */
export function saysOf(signal: Signal | Member, host: Host | undefined): ReadonlyMap<string, readonly string[]> {
  const { labels, source, fingerprint, severity, title } = signal;
  const name = host?.name ?? ('host' in signal ? signal.host : undefined);
  const says = new Map<string, readonly string[]>(Object.entries(labels).map(([label, value]) => [label, [value]]));
  // What a label says besides is no less true: an address as `host`, a source's own word for how bad it is.
  const besides = (label: string, value: string | undefined) => {
    if (value !== undefined) says.set(label, [...new Set([value, ...(says.get(label) ?? [])])]);
  };
  besides('severity', severity);
  besides('host', name);
  // But no label makes it another source's, or another host's tag.
  says.set('source', [source]).set('fingerprint', [fingerprint]).set('title', [title]);
  return says.set('tag', host?.tags ?? []);
}

/** The same for silences: a host that is known is called by its name alone, so that whoever may silence one host reaches no other by what that is called besides. */
export function hushSaysOf(signal: Signal | Member, host: Host | undefined): ReadonlyMap<string, readonly string[]> {
  const name = host?.name ?? ('host' in signal ? signal.host : undefined);
  const says = saysOf(signal, host);
  return name === undefined ? says : new Map([...says, ['host', [name]]]);
}

/** Whether every name has a value that fits one of its patterns. `*` in a pattern stands for any text; all else is literal, and case counts. */
export function fits(match: Match, says: ReadonlyMap<string, readonly string[]>): boolean {
  return Object.entries(match).every(([name, patterns]) => says.get(name)?.some((value) => patterns.some((pattern) => isLike(value, pattern))) ?? false);
}

/** Whether all matchers of a silence fit. */
export function isHushed(matchers: readonly Matcher[], says: ReadonlyMap<string, readonly string[]>): boolean {
  return matchers.length > 0 && matchers.every((one) => says.get(one.name)?.some((value) => isMeant(value, one)) ?? false);
}

/** Whether a matcher of a silence means this value. */
export function isMeant(value: string, { pattern, literal }: Omit<Matcher, 'name'>): boolean {
  return literal ? value === pattern : isLike(value, pattern);
}

/** A matcher of one value and no other, whatever is in it: the only way to make one of what a source has said. */
export function exactly(name: string, value: string): Matcher {
  return { name, pattern: value, ...(value.includes('*') ? { literal: true } : {}) };
}

/** The first route that fits; else one to the admin room, whose name is `admin`; undefined where there is no such room. */
export function routeOf(says: ReadonlyMap<string, readonly string[]>, routing: Routing): Route | undefined {
  return routing.routes.find(({ match }) => fits(match, says)) ?? adminRoute(routing);
}

/** The route of an alert, by the name it came by; undefined for one that the configuration has no more. */
export function routeNamed(name: string, routing: Routing): Route | undefined {
  return routing.routes.find((route) => route.name === name) ?? (name === ADMIN ? adminRoute(routing) : name === HOME ? homeRoute(routing) : undefined);
}

/** Where the bot's own trouble goes that nothing else takes; undefined where it is at home nowhere. */
export function homeRoute({ homes }: Routing): Route | undefined {
  return homes.length === 0 ? undefined : { name: HOME, match: {}, rooms: homes, mention: [], escalate: [] };
}

function adminRoute({ admin }: Routing): Route | undefined {
  return admin === undefined ? undefined : { name: ADMIN, match: {}, rooms: [admin], mention: [], escalate: [] };
}

/** Piece by piece from the left, which takes no longer for any pattern than for its length. */
function isLike(value: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return value === pattern;
  if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last)) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const piece of rest) {
    const found = value.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
