import type { SettleNeeds } from '../settle.ts';
import { type Alert, isOpen, type Member, type Signal } from './alert.ts';
import { beatsOf } from './beats.ts';
import { aboutOf } from './believed.ts';
import { keyOf, STORM } from './group.ts';
import { ended, freshOf, hushed, idsOf, memberOf } from './making.ts';
import { ADMIN, homeRoute, routeOf, saysOf } from './match.ts';
import { nameOf, standingOf } from './members.ts';
import { placesOf } from './places.ts';
import type { Route, Routing } from './routing.ts';
import { settleSoon } from './soon.ts';
import { isStorm } from './storm.ts';
import { tidied } from './tidy.ts';
import { Held, ifReadable } from './unreadable.ts';

/** A signal with what is known of it here. */
interface Known {
  readonly route: Route;
  readonly key: string;
  readonly member: Member;
}

/** That nothing else of a source fires: but what has the fingerprints `besides`, and what was heard before `since`, of which it knows nothing. */
export interface Whole {
  readonly besides: readonly string[];
  readonly since: number;
}

/** Takes what a source says: each signal comes to stand on exactly one card, which is then settled. The same again changes nothing. */
export async function takeSignals(source: string, signals: readonly Signal[], at: number, needs: SettleNeeds, whole?: Whole): Promise<void> {
  const rules = await needs.rules();
  const own = signals.map((signal) => tidied(signal, source));
  for (const { status } of own) needs.counts.add('hostler_alerts_received_total', { source, status });
  const hosts = rules.policy.hosts;
  const silences = await needs.silences.list();
  const all: Known[] = [];
  for (const signal of own) {
    const { host } = aboutOf(signal, rules.routing.sources, hosts);
    const says = saysOf(signal, host);
    const beats = beatsOf(says, rules.routing.heartbeats);
    if (signal.status === 'firing') for (const beat of beats) await needs.beats.heard(beat, at);
    if (beats.length > 0) continue;
    const route = routed(signal, says, rules.routing);
    if (route) all.push({ route, key: keyOf(signal, route, host), member: memberOf(signal, route, host, at, silences, whole !== undefined) });
    else needs.log(`an alert of ${source} goes nowhere: no route takes it, and there is no admin room`, signal.title);
  }
  const touched = new Set<string>();
  let held: Held | undefined;
  await putAll(all);
  if (whole) {
    const listed = new Set([...all.map(({ member }) => nameOf(member)), ...whole.besides.map((fingerprint) => nameOf({ source, fingerprint }))]);
    for await (const some of needs.alerts.standing(source)) {
      const gone = some.filter((member) => !member.once && member.heardAt < at && member.heardAt >= whole.since && !listed.has(nameOf(member)));
      await put(
        undefined,
        gone.map((member) => ended(member, at)),
      );
    }
  }
  // A silence that began or ended meanwhile: whoever marks what stands on cards may have been there before this came.
  const now = await needs.silences.list();
  if (idsOf(now) !== idsOf(silences))
    await putAll(
      all.map((one) => ({
        ...one,
        member: hushed(
          one.member,
          hosts.find(({ name }) => name === one.member.host),
          now,
        ),
      })),
    );
  await Promise.all([...touched].map((id) => settleSoon(id, needs)));
  if (held) throw held; // tried again, a desk that can read it may be there

  async function putAll(some: readonly Known[]): Promise<void> {
    const groups = new Map<string, Known[]>();
    for (const one of some.filter(({ member }) => member.status === 'firing')) {
      const name = `${one.route.name} ${one.key}`;
      groups.set(name, [...(groups.get(name) ?? []), one]);
    }
    const floods = new Map<string, { route: Route; members: Member[] }>();
    for (const [first, ...rest] of groups.values()) {
      if (!first) continue;
      const { route, key } = first;
      const members = [first, ...rest].map(({ member }) => member);
      const places = placesOf(route, rules);
      if ((await isNew(route, key, members)) && (await isStorm(route.name, places, rules.routing.storm, Date.now(), needs.alerts))) {
        const flood = floods.get(route.name) ?? { route, members: [] };
        flood.members.push(...members);
        floods.set(route.name, flood);
      } else await put(freshOf(route, key, members, rules), members);
    }
    for (const { route, members } of floods.values()) await put(freshOf(route, STORM, members, rules), members);
    // What has ended makes no card, so all of it goes at once to wherever it stands.
    await put(
      undefined,
      some.flatMap(({ member }) => (member.status === 'resolved' ? [member] : [])),
    );
  }

  /** Whether something of it would be a new card that people see. */
  async function isNew(route: Route, key: string, members: readonly Member[]): Promise<boolean> {
    const begin = members.filter((member) => standingOf(member) === 'firing');
    if (begin.length === 0) return false;
    const there = await ifReadable(needs.alerts.keyed(route.name, key));
    if (there && (isOpen(there) || mayReopen(there))) return false;
    for (const { source: from, fingerprint } of begin) {
      const home = await needs.alerts.of(from, fingerprint);
      const card = home === undefined ? undefined : await ifReadable(needs.alerts.get(home));
      if (!card || !(isOpen(card) || mayReopen(card))) return true;
    }
    return false;
  }
  function mayReopen({ closed, resolvedAt }: Alert): boolean {
    return !closed && resolvedAt !== undefined && Date.now() - resolvedAt <= rules.routing.reopenMs;
  }

  async function put(fresh: Alert | undefined, members: readonly Member[]): Promise<void> {
    const [first] = members;
    if (!first) return;
    const to = fresh ?? freshOf(NOWHERE, nameOf(first), members, rules);
    const put = needs.alerts.put(to, members, rules.routing.reopenMs).catch((error: unknown) => {
      if (!(error instanceof Held)) throw error;
      held = error;
      return error.touched;
    });
    for (const [id] of await put) touched.add(id);
  }
}

/** Of what has ended no new card is made, so it needs no route. */
const NOWHERE: Route = { name: ADMIN, match: {}, rooms: [], mention: [], escalate: [] };

/** The bot's own trouble goes where it is asked for by name, else to the admin room: a route for all that comes from outside is not meant. Where there is neither, it goes where the bot is at home. */
function routed(signal: Signal, says: ReadonlyMap<string, readonly string[]>, routing: Routing): Route | undefined {
  if (signal.source !== 'self') return routeOf(says, routing);
  return routeOf(says, { ...routing, routes: routing.routes.filter(({ match }) => 'source' in match) }) ?? routeOf(says, routing) ?? homeRoute(routing);
}
