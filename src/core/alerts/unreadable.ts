import type { Log } from '../ports.ts';
import { type Said, say } from '../words.ts';
import type { Alert } from './alert.ts';
import type { Alerts } from './keepers.ts';

/** A card that this version cannot read: a newer one wrote it. It is left alone. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly id: string;
  constructor(id: string, what: string) {
    super(`the alert ${id} was written by a newer version (${what})`);
    this.id = id;
  }
}

/** Members that stand on cards which cannot be read were not put; all others were, on `touched`, as `put` gives it. */
export class Held extends Error {
  override readonly name = 'Held';
  readonly ids: readonly string[];
  readonly touched: ReadonlyMap<string, boolean>;
  constructor(ids: readonly string[], touched: ReadonlyMap<string, boolean>) {
    super(`what was said waits: a newer version wrote ${ids.join(', ')}`);
    this.ids = ids;
    this.touched = touched;
  }
}

/** What is read; undefined where a newer version wrote it. */
export async function ifReadable<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** How many cards are read at once. */
const AT_ONCE = 50;

/** The cards of these ids, without those that are gone; how many there are that cannot be read. */
export async function readCards(ids: readonly string[], { get }: Pick<Alerts, 'get'>): Promise<{ readonly cards: readonly Alert[]; readonly unread: number }> {
  const cards: Alert[] = [];
  let unread = 0;
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => ifReadable(get(id).then((card) => ({ card })))));
    unread += some.filter((one) => one === undefined).length;
    cards.push(...some.flatMap((one) => one?.card ?? []));
  }
  return { cards, unread };
}

/** `1 alert cannot be read by this version: …` */
export function unreadWords(n: number): Said {
  return say(
    {
      en: n === 1 ? '1 alert cannot be read by this version: a newer one wrote it' : '{n} alerts cannot be read by this version: a newer one wrote them',
      zh: '{n} 条告警由更新的版本写入，此版本无法读取',
    },
    { n },
  );
}

/** Those that were told of, by their ids: as long as they are there, each is looked at every few seconds. */
const told = new Set<string>();
const MOST_TOLD = 1000;

/** Says once of each card that it cannot be read. */
export function logUnreadable({ id, message }: Unreadable, log: Log): void {
  if (told.has(id) || told.size >= MOST_TOLD) return;
  told.add(id);
  log(`${message}: it is left alone; let all parts run the newer one`);
}
