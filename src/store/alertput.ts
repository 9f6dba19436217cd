import type { Redis } from 'ioredis';
import { type Alert, isOpen, type Member } from '../core/alerts/alert.ts';
import { isBefore } from '../core/alerts/episode.ts';
import { begins, joined, nameOf } from '../core/alerts/members.ts';
import { Held, ifReadable, Unreadable } from '../core/alerts/unreadable.ts';
import { BY_KEY, type Coming, indexOf, keyField, OVER, readCard, readMembers, type Stored, writeMembers } from './alertcards.ts';

/** Members of one write: a script that writes more keeps others waiting. */
const CHUNK = 200;
/** How long it is remembered that something ended of which nothing was known, in milliseconds: that it began may be heard after it. */
const OVER_FOR = 600_000;
const overKey = (one: Member) => `${OVER}${nameOf(one)}`;

/** Puts members on the card they stand on, or on that of their key. Every card they came to, with whether it looks different now. Throws Held when all else is done. */
export async function putMembers(redis: Redis, fresh: Alert, members: readonly Member[], reopenMs: number): Promise<Map<string, boolean>> {
  const touched = new Map<string, boolean>();
  const held = new Set<string>();
  for (const round of rounds(members)) {
    for (let from = 0; from < round.length; from += CHUNK) {
      let left: readonly Member[] = round.slice(from, from + CHUNK);
      while (left.length > 0) left = await putSome(left);
    }
  }
  if (held.size > 0) throw new Held([...held], touched);
  return touched;

  /** Gives those that are to be tried again: somebody else was faster. */
  async function putSome(some: readonly Member[]): Promise<readonly Member[]> {
    const homes = await homesOf(redis, some);
    const cards = new Map<string, Stored>();
    for (const id of new Set(homes.values())) {
      const card = await readCard(redis, id).catch((error: unknown) => {
        if (!(error instanceof Unreadable)) throw error;
        held.add(id);
      });
      if (card) cards.set(id, card);
    }
    const at: { card: Stored; said: Member[]; known: Map<string, Member> }[] = [];
    const away: Member[] = [];
    for (const [id, card] of cards) {
      const own = some.filter((one) => homes.get(nameOf(one)) === id);
      const known = await readMembers(redis, id, own.map(nameOf));
      const takes = takesNew(card, reopenMs);
      const stays = own.filter((one) => takes || !startsAnew(known.get(nameOf(one)), one));
      at.push({ card, said: stays, known });
      away.push(...own.filter((one) => !stays.includes(one)));
    }
    const isAway = (id: string | undefined) => id === undefined || !(cards.has(id) || held.has(id));
    away.push(...some.filter((one) => isAway(homes.get(nameOf(one)))));
    const again: Member[] = [];
    const write = async (coming: Coming) => {
      if (coming.said.length === 0) return;
      const done = await writeMembers(redis, coming);
      const names = new Set(coming.said.map(nameOf));
      if (!done)
        again.push(...some.filter((one) => names.has(nameOf(one)))); // as it was said: what is known of it may be otherwise by then
      else touched.set(done.alert.id, done.shows || touched.get(done.alert.id) === true);
    };
    for (const one of at) await write({ ...one, fresh, homes });
    const ends = away.filter(({ status }) => status === 'resolved');
    await noteEnds(redis, ends);
    const since = await homesOf(redis, ends); // it may have come to stand somewhere while nothing of it was known here
    again.push(...ends.filter((one) => since.get(nameOf(one)) !== homes.get(nameOf(one))));
    const begun = away.filter(({ status }) => status === 'firing');
    const over = await endsOf(redis, begun);
    if (begun.length > 0)
      await write({
        ...(await byKey(
          redis,
          fresh,
          begun.map((one) => endedBy(one, over)),
          homes,
          reopenMs,
        )),
        over,
      });
    return again;
  }
}

/** What is said of the same thing several times is heard one after the other. */
function rounds(members: readonly Member[]): readonly (readonly Member[])[] {
  const times = new Map<string, number>();
  const all: Member[][] = [];
  for (const member of members) {
    const n = times.get(nameOf(member)) ?? 0;
    times.set(nameOf(member), n + 1);
    all[n] = [...(all[n] ?? []), member];
  }
  return all;
}

function startsAnew(known: Member | undefined, said: Member): boolean {
  return begins(known, joined(known, said));
}

/** Whether something that begins may come to stand there. */
function takesNew({ alert, over }: Stored, reopenMs: number): boolean {
  return isOpen(alert) || (!over && !alert.closed && alert.resolvedAt !== undefined && Date.now() - alert.resolvedAt <= reopenMs);
}

async function byKey(redis: Redis, fresh: Alert, said: readonly Member[], homes: Coming['homes'], reopenMs: number): Promise<Coming> {
  const keyed = (await redis.hget(BY_KEY, keyField(fresh))) ?? '';
  const found = keyed === '' ? undefined : await ifReadable(readCard(redis, keyed)); // what comes by the key of one that cannot be read is not to wait
  const card = found && takesNew(found, reopenMs) ? found : undefined;
  const known = card ? await readMembers(redis, card.alert.id, said.map(nameOf)) : new Map<string, Member>();
  return { card, fresh, keyed, said, known, homes };
}

/** Where each stands, by name. */
export async function homesOf(redis: Redis, members: readonly Pick<Member, 'source' | 'fingerprint'>[]): Promise<Map<string, string>> {
  const homes = new Map<string, string>();
  for (const source of new Set(members.map((one) => one.source))) {
    const own = members.filter((one) => one.source === source);
    const ids = await redis.hmget(indexOf(source), ...own.map(({ fingerprint }) => fingerprint));
    for (const [i, id] of ids.entries()) {
      const one = own[i];
      if (one && id) homes.set(nameOf(one), id);
    }
  }
  return homes;
}

/** Remembers that something ended of which nothing is known, for a while. */
async function noteEnds(redis: Redis, ends: readonly Member[]): Promise<void> {
  const known = await endsOf(redis, ends);
  for (const one of ends) {
    const before = endIn(known.get(nameOf(one)));
    if (before && one.heardAt <= before.heardAt) continue;
    const times = [one.heardAt, ...(one.own?.to === undefined ? [] : [one.own.from, one.own.to])];
    await redis.set(overKey(one), times.join(' '), 'PX', OVER_FOR);
  }
}

async function endsOf(redis: Redis, some: readonly Member[]): Promise<Map<string, string>> {
  const ends = some.length === 0 ? [] : await redis.mget(...some.map(overKey));
  return new Map(some.map((one, i) => [nameOf(one), ends[i] ?? '']));
}

/** What began before its end was heard is over. */
function endedBy(one: Member, over: ReadonlyMap<string, string>): Member {
  const end = endIn(over.get(nameOf(one)));
  return end && isBefore(one, end) ? { ...one, ...end, endedAt: Math.max(one.since, end.own?.to ?? end.heardAt) } : one;
}

/** An end of which nothing else is known: when it was heard, then the source's own times. */
function endIn(text = ''): Pick<Member, 'status' | 'heardAt' | 'own'> | undefined {
  if (text === '') return undefined;
  const [heardAt = 0, from, to] = text.split(' ').map(Number);
  return { status: 'resolved', heardAt, ...(from === undefined || to === undefined ? {} : { own: { from, to } }) };
}
