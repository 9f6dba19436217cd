import { randomBytes } from 'node:crypto';
import type { Host } from '../command.ts';
import { code } from '../digest.ts';
import type { Rules } from '../ports.ts';
import type { Alert, Member, Signal, Silence } from './alert.ts';
import { STORM } from './group.ts';
import { hushSaysOf, isHushed } from './match.ts';
import { byRank, standingOf } from './members.ts';
import { placesOf } from './places.ts';
import type { Route } from './routing.ts';

/** How a signal stands on a card: as its route has it, and silenced where it is. A time at which it was heard is not its source's; a `whole` list says what is so now, whenever it began. */
export function memberOf(signal: Signal, route: Route, host: Host | undefined, at: number, silences: readonly Silence[], whole = false): Member {
  const { startsAt, endsAt, group: _, ...rest } = signal;
  const own = whole || startsAt === at ? {} : { own: { from: startsAt, ...(signal.status === 'firing' || endsAt === undefined ? {} : { to: endsAt }) } };
  const member: Member = {
    ...rest,
    ...(route.severity ? { severity: route.severity } : {}),
    ...(host ? { host: host.name } : {}),
    ...{ since: Math.min(startsAt, at), heardAt: at, times: 1 },
    ...own,
  };
  if (signal.status === 'resolved') return { ...member, endedAt: Math.min(endsAt ?? at, at) };
  return hushed(member, host, silences);
}

/** With the first silence that covers it now. */
export function hushed({ silence: _, ...member }: Member, host: Host | undefined, silences: readonly Silence[]): Member {
  const says = hushSaysOf(member, host);
  const found = member.status === 'firing' ? silences.find(({ matchers }) => isHushed(matchers, says)) : undefined;
  return found ? { ...member, silence: found.id } : member;
}

/** The same, over. */
export function ended({ silence: _, own: __, ...member }: Member, at: number): Member {
  return { ...member, status: 'resolved', heardAt: at, endedAt: at };
}

/** What a set of silences is told by. */
export function idsOf(silences: readonly Silence[]): string {
  return silences
    .map(({ id }) => id)
    .sort()
    .join(' ');
}

/** A card for these, before they stand on it. What is silenced altogether is shown nowhere yet. */
export function freshOf(route: Route, key: string, members: readonly Member[], rules: Rules): Alert {
  const now = Date.now();
  const [first] = [...members].sort(byRank);
  if (!first) throw new Error('a card of nothing');
  const isSeen = members.some((member) => standingOf(member) === 'firing');
  return {
    ...{ format: 1, id: `A${code(randomBytes(8).toString('hex'), 11)}`, rev: 0, route: route.name, key },
    ...(key === STORM ? { storm: true } : {}),
    ...(first.said ? { titled: first.said.title } : {}),
    ...{ state: 'firing', severity: first.severity, title: first.title, source: first.source, labels: first.labels, hosts: [] },
    ...{ since: Math.min(...members.map(({ since }) => since)), firedAt: now, counts: { firing: 0, silenced: 0, resolved: 0 }, top: [] },
    places: isSeen ? placesOf(route, rules) : [],
    ...{ escalation: { taken: 0 }, calls: [], offers: [], tries: [], history: [], heard: [] },
  };
}
