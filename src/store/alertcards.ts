import type { Redis } from 'ioredis';
import { type Alert, isOpen, type Member } from '../core/alerts/alert.ts';
import { follow } from '../core/alerts/follow.ts';
import { begins, joined, looksSame, nameOf, rankOf, standingOf } from '../core/alerts/members.ts';
import { WRITE } from './alertscripts.ts';
import { FORMAT, readAlert } from './alertshape.ts';
import { key } from './redis.ts';

/** How many cards are listed as the newest. */
const RECENT = 1000;
/** How many members a card shows. */
const TOP = 12;

export const OPEN = key('alerts', 'open');
export const LATEST = key('alerts', 'recent');
/** Which card a key's signals come to: a field a route and key. */
export const BY_KEY = key('alerts', 'key');
/** Which card a source's fingerprint stands on. */
export const indexOf = (source: string): string => key('alerts', 'at', source);
/** Before the name of something: when its end was heard while nothing was known of it. */
export const OVER = key('alerts', 'over', '');
export const cardKey = (id: string): string => key('alert', id);
export const membersKey = (id: string): string => key('alert', id, 'members');
export const ranksKey = (id: string): string => key('alert', id, 'ranks');
export const keyField = ({ route, key }: Pick<Alert, 'route' | 'key'>): string => `${route} ${key}`;

/** A card as it is stored. `turn`: of its last write. */
export interface Stored {
  readonly alert: Alert;
  readonly turn: string;
  /** Nothing new comes to it. */
  readonly over: boolean;
}

/** Undefined where there is none. Throws Unreadable when it was written by a newer version. */
export async function readCard(redis: Redis, id: string): Promise<Stored | undefined> {
  const [json, turn, over, format] = await redis.hmget(cardKey(id), 'json', 'turn', 'over', 'format');
  if (!json || !turn) return undefined;
  return { alert: readAlert(id, json, format), turn, over: over === '1' };
}

/** Members of a card by name; those it does not have are not there. */
export async function readMembers(redis: Redis, id: string, names: readonly string[]): Promise<Map<string, Member>> {
  if (names.length === 0) return new Map();
  const all = await redis.hmget(membersKey(id), ...names);
  return new Map(all.flatMap((json, i): [string, Member][] => (json ? [[names[i] ?? '', JSON.parse(json)]] : [])));
}

/** Writes the alert after an event that is not about its members. False when another was faster. */
export async function writeCard(redis: Redis, { turn }: Stored, next: Alert): Promise<boolean> {
  return write(redis, next, turn, '-', []);
}

/** What is known of members that stand, or come to stand, on a card; `homes`: the card each was last on, by name. */
export interface Coming {
  /** Undefined: it is new, and `fresh`. */
  readonly card: Stored | undefined;
  readonly fresh: Alert;
  /** The card its key led to, where it comes by that. */
  readonly keyed?: string;
  readonly said: readonly Member[];
  readonly known: ReadonlyMap<string, Member>;
  readonly homes: ReadonlyMap<string, string>;
  /** When the end of each that comes was heard while nothing was known of it, by name; empty where that was not. */
  readonly over?: ReadonlyMap<string, string>;
}

/** Puts members on a card. The alert as it then is, and whether anything of it changed for people; undefined when another was faster. */
export async function writeMembers(
  redis: Redis,
  { card, fresh, keyed, said, known, homes, over }: Coming,
): Promise<{ readonly alert: Alert; readonly shows: boolean } | undefined> {
  const before = card?.alert ?? fresh;
  const changed = said.flatMap((one) => {
    const was = known.get(nameOf(one));
    const now = joined(was, one);
    return now === was ? [] : [{ was, now }];
  });
  if (changed.length === 0) return { alert: before, shows: false };
  const visible = changed.filter(({ was, now }) => !was || !looksSame(was, now));
  const next = visible.length === 0 && card ? before : await after();
  const members = changed.map(({ now }) => ({ now, home: homes.get(nameOf(now)) ?? '', over: over?.get(nameOf(now)) ?? '-' }));
  return (await write(redis, next, card?.turn ?? '', keyed ?? '-', members)) ? { alert: next, shows: next !== before } : undefined;

  async function after(): Promise<Alert> {
    const counts = { ...before.counts };
    for (const { was, now } of visible) {
      if (was) counts[standingOf(was)] -= 1;
      counts[standingOf(now)] += 1;
    }
    const began = visible.filter(({ was, now }) => begins(was, now)).length;
    const ended = visible.filter(({ was, now }) => was?.status === 'firing' && now.status === 'resolved').length;
    const members = [...(await others(counts)), ...visible.map(({ now }) => now)];
    const turn = Number(card?.turn ?? 0) + 1;
    return follow(before, { id: `signals ${turn}`, at: Date.now(), kind: 'signals', members, counts, began, ended });
  }

  /** Those that move up where one of the first goes down. */
  async function others(counts: Alert['counts']): Promise<Member[]> {
    const all = counts.firing + counts.silenced + counts.resolved;
    const down = visible.some(({ was, now }) => was && rankOf(now) > rankOf(was) && before.top.some((one) => nameOf(one) === nameOf(now)));
    if (!card || !down || all <= before.top.length) return [];
    const names = new Set(visible.map(({ now }) => nameOf(now)));
    const first = await redis.zrange(ranksKey(before.id), '0', String(TOP + names.size - 1));
    return [...(await readMembers(redis, before.id, first.filter((name) => !names.has(name)).slice(0, TOP))).values()];
  }
}

async function write(
  redis: Redis,
  next: Alert,
  turn: string,
  keyed: string,
  members: readonly { readonly now: Member; readonly home: string; readonly over: string }[],
): Promise<boolean> {
  const { id } = next;
  const keys = [cardKey(id), membersKey(id), ranksKey(id), OPEN, LATEST, BY_KEY, ...members.map(({ now }) => indexOf(now.source))];
  const head = [
    turn,
    String(Number(turn) + 1),
    id,
    JSON.stringify(next),
    keyField(next),
    keyed,
    next.since,
    RECENT,
    FORMAT,
    turn === '' || isOpen(next) ? '1' : '0',
    OVER,
  ];
  const rest = members.flatMap(({ now, home, over }) => [nameOf(now), now.fingerprint, home, JSON.stringify(now), rankOf(now), over]);
  return (await redis.eval(WRITE, keys.length, ...keys, ...head, ...rest)) === 1;
}
