import type { Place } from '../types.ts';
import type { Alert, AlertEvent, Member, Silence, Written } from './alert.ts';

/** Alerts, changed only by compare-and-set through `follow`. */
export interface Alerts {
  /** Throws Unreadable, as whatever changes one does, when a newer version wrote it. */
  get(id: string): Promise<Alert | undefined>;
  /** What stands on a card: what fires first, the worst and then the newest; at most `most`. */
  members(id: string, most?: number): Promise<readonly Member[]>;
  /** Ids of alerts that are looked after: those that fire, or whose end may not have been shown or judged. */
  open(): Promise<readonly string[]>;
  /** Ids of the newest, the newest first. */
  recent(most: number): Promise<readonly string[]>;
  /** The card that speaks of this signal now. */
  of(source: string, fingerprint: string): Promise<string | undefined>;
  /** The alert after the event, whether or not it changed anything; undefined when there is none. With `rev`, only an alert of that revision is changed. */
  change(id: string, event: AlertEvent, rev?: number): Promise<Alert | undefined>;
  /** All members of a card that fire, also those that are silenced, some at a time. */
  firing(id: string): AsyncIterable<readonly Member[]>;
  /** All members of a source that fire on any card, some at a time. */
  standing(source: string): AsyncIterable<readonly Member[]>;
  /** The card that the signals of a key by a route come, or last came, to. */
  keyed(route: string, key: string): Promise<Alert | undefined>;
  /**
   * Puts members on a card: the open one of this key by this route, one that was resolved no longer than `reopenMs` ago, or a new one made of `fresh`
   * (of revision 0, without members or history). A member that stands on another open card is changed there and nowhere else. The end of what stands
   * nowhere makes no card. The same again changes nothing. Every card they stand on, by id, with whether it looks different now. Throws Held when all is put but what
   * stands on cards that cannot be read.
   */
  put(fresh: Alert, members: readonly Member[], reopenMs: number): Promise<ReadonlyMap<string, boolean>>;
  /** Says which silence covers members of a card, by name (`nameOf`); undefined: none. The alert as it then is. */
  mark(id: string, silences: ReadonlyMap<string, string | undefined>): Promise<Alert | undefined>;
  /** Forgets what was over before then (milliseconds since the epoch), as far as that is more than `most` of what is over; counts stay. How many. */
  trim(id: string, before: number, most: number): Promise<number>;
  /** Looks after it no more. */
  close(id: string): Promise<void>;
  /** How many new cards a room was given lately, this one included: by the room's own count over `withinMs`. */
  born(room: string, withinMs: number, at: number): Promise<number>;
  /** Whether there is too much for a card each by this route; with `until`, in milliseconds since the epoch, there is until then. */
  storming(route: string, until?: number): Promise<boolean>;
  /** Keeps what could not be read: the newest fifty. */
  keepMalformed(one: Malformed): Promise<void>;
  /** The newest first. */
  malformed(): Promise<readonly Malformed[]>;
}

/** What is known of what stands in chats. */
export interface Shown {
  /** Whether a card was seen to stand in a place since then (milliseconds since the epoch). */
  stands(card: string, place: Place, since: number): Promise<boolean>;
  /** When something was last brought to a chat, in milliseconds since the epoch; 0 when that is not known. */
  spoke(chat: string): Promise<number>;
}

/** What a source has sent that could not be read: what it began with, why, and from where it came. */
export interface Malformed {
  readonly source: string;
  readonly at: number;
  readonly body: string;
  readonly why: string;
  readonly from: string;
}

/** Silences in force, and those that ended lately. */
export interface Silences {
  /** In force now. */
  list(): Promise<readonly Silence[]>;
  /** Also one that is over, for a day at least. */
  get(id: string): Promise<Silence | undefined>;
  /** Which silences (their ids, as one text) members of open alerts were last marked by; undefined: it is not known. */
  marked(): Promise<string | undefined>;
  mark(ids: string): Promise<void>;
  add(silence: Silence): Promise<void>;
  /** Undefined when it was not in force. */
  end(id: string): Promise<Silence | undefined>;
  /** Notes what became of it at a source. */
  written(id: string, source: string, what: Written): Promise<void>;
  /** Those that are over and were not yet taken back where they had been written; each is given once a minute until `forget`. */
  over(now: number): Promise<readonly Silence[]>;
  forget(id: string): Promise<void>;
  /** Those that were ended before their time and were not yet taken back where they had been written. */
  lingering(): Promise<readonly Silence[]>;
}

/** When each heartbeat was last heard. All times in milliseconds since the epoch, by name. */
export interface Beats {
  all(): Promise<Readonly<Record<string, number>>>;
  heard(name: string, at: number): Promise<void>;
  /** Since when each of these is expected: since it was named here first. Others are forgotten. */
  named(names: readonly string[], now: number): Promise<Readonly<Record<string, number>>>;
  /** Those that are said to be late, since when. */
  late(): Promise<Readonly<Record<string, number>>>;
  setLate(name: string, since: number | undefined): Promise<void>;
}
