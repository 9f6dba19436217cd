import type { Redis } from 'ioredis';
import { roomNameOf, roomOf } from '../config/policy.ts';
import { nameOf, type Shelf, type Showing } from './chat/wish.ts';
import type { Alert } from './core/alerts/alert.ts';
import { beyondOn } from './core/alerts/believed.ts';
import { bodyBlocks } from './core/alerts/body.ts';
import { alertCard, type Beside } from './core/alerts/card.ts';
import { ONE_WAY, oneWayRev } from './core/alerts/fallback.ts';
import { routeNamed } from './core/alerts/match.ts';
import { tallyOf } from './core/alerts/rows.ts';
import { leading, runbooksFor } from './core/alerts/runbook.ts';
import { alertFor, narrowed } from './core/alerts/sight.ts';
import { threadOf } from './core/alerts/thread.ts';
import { ifReadable } from './core/alerts/unreadable.ts';
import type { CardMessage } from './core/chat.ts';
import { matches, type Person } from './core/policy.ts';
import type { Commands } from './core/ports.ts';
import type { Card, Place } from './core/types.ts';
import type { Settings } from './settings.ts';
import { alerts } from './store/alerts.ts';
import { posts } from './store/chats.ts';
import { silences } from './store/silences.ts';

/** Most people who are called by one reply. */
const MOST_CALLED = 8;
/** Members of a flood that are counted. */
const COUNTED = 500;
/** Most alerts a newly opened console is shown. */
const RECENT = 50;
/** How pressing a call is, and what has happened: after decisions and results, and after all else, new alerts too. */
const CALL = 2;
const HISTORY = 4;

/** Whether this is the id of an alert. */
export function isAlertId(id: string): boolean {
  return /^A[0-9A-HJKMNP-TV-Z]{11}$/.test(id);
}

/** Reads what cards of alerts are made of, and who may see them. */
export class AlertViews {
  readonly #redis: Redis;
  readonly #alerts;
  readonly #silences;
  readonly #rules: () => Promise<Settings>;
  readonly #commands: Commands;

  constructor(redis: Redis, rules: () => Promise<Settings>, commands: Commands) {
    this.#redis = redis;
    this.#alerts = alerts(redis);
    this.#silences = silences(redis);
    this.#rules = rules;
    this.#commands = commands;
  }

  /** An alert's card as it is to be shown in a room: what it says of the hosts that the room, or the one person there, is kept to. Undefined where that is nothing. */
  async showing(id: string, place: Place): Promise<Showing | undefined> {
    const whole = isAlertId(id) ? await this.#alerts.get(id) : undefined;
    if (!whole) return undefined;
    const settings = await this.#rules();
    const { config } = settings;
    const room = roomOf(config, place);
    const { alert, reader } = this.#at(whole, place, settings);
    if (!alert) return undefined;
    const lang = room?.lang ?? reader?.lang ?? 'en';
    const names = namesOf(settings);
    const calledAt = { ...whole, places: whole.places.filter((one) => this.#at(whole, one, settings).alert !== undefined) };
    const thread = threadOf(alert, names).flatMap(({ key, text, calls }): Showing['thread'] => {
      const accounts = calls.flatMap((person) => accountsAt(person, place, calledAt, settings)).slice(0, MOST_CALLED);
      if (calls.length > 0 && accounts.length === 0) return [];
      return [{ key, lane: calls.length > 0 ? CALL : HISTORY, message: { kind: 'nudge', text, calls: accounts, lang } }];
    });
    const beside = await this.#beside(whole, settings);
    const message = this.#message(whole, settings, beside);
    const card = alert === whole ? message.card : alertCard(alert, names, besideOf(beside));
    const isAdmin = settings.routing.admin !== undefined && roomNameOf(config, place) === settings.routing.admin;
    const bodies = isAdmin ? bodyBlocks(alert, await this.#alerts.malformed()) : [];
    const mine = { ...message, card: { ...card, blocks: [...card.blocks, ...bodies] }, lang };
    if (!ONE_WAY.includes(place.chat)) return { message: mine, private: false, later: false, instead: mine, thread };
    const once = { ...mine, card: { ...mine.card, rev: oneWayRev(whole), buttons: [] } };
    return { message: once, private: false, later: false, instead: once, thread: [] };
  }

  /** What of an alert is to be seen in a place, and by whom where that is one person. */
  #at(whole: Alert, place: Place, settings: Settings): { readonly alert: Alert | undefined; readonly reader: Person | undefined } {
    const { policy, config } = settings;
    const room = roomOf(config, place);
    const to = place.alone && place.to !== undefined ? settings.personOf({ chat: place.chat, id: place.to }) : undefined;
    const reader = to === undefined ? undefined : policy.people.get(to);
    const within = (name: string) =>
      policy.hosts.some((host) => host.name === name && room?.hosts.some((pattern) => pattern === '*' || matches(pattern, host)));
    if (reader) return { alert: alertFor(reader, whole, policy, this.#commands), reader };
    return { alert: room ? narrowed(whole, within, room.hosts.includes('*')) : whole, reader };
  }

  /** For the console: each sees of it what they may. Undefined when there is no such alert. */
  async message(id: string): Promise<CardMessage | undefined> {
    const alert = isAlertId(id) ? await ifReadable(this.#alerts.get(id)) : undefined;
    if (!alert) return undefined;
    const settings = await this.#rules();
    return this.#message(alert, settings, await this.#beside(alert, settings));
  }

  /** Every alert that is still looked after, for whoever opens the console. */
  async recent(): Promise<CardMessage[]> {
    const ids = (await this.#alerts.open()).slice(-RECENT);
    return (await Promise.all(ids.map((id) => this.message(id)))).filter((one) => one !== undefined);
  }

  /** An alert that this person may see. */
  async seen(person: Person, id: string): Promise<Alert | undefined> {
    const alert = isAlertId(id) ? await ifReadable(this.#alerts.get(id)) : undefined;
    return alert && alertFor(person, alert, (await this.#rules()).policy, this.#commands);
  }

  /** The message in whose thread belongs what is asked about an alert here: its card, where that stands in the same room. */
  async threadAt({ id, places }: Pick<Alert, 'id' | 'places'>, { chat, room }: Place): Promise<string | undefined> {
    const place = places.find((one) => one.chat === chat && one.room === room);
    if (!place) return undefined;
    const shelf = await posts<Shelf>(this.#redis, chat, nameOf, { name: '', token: 0 }).shelf({ card: id, place, lane: 0, id: '' });
    return shelf?.post?.room === room ? (place.thread ?? shelf.post.id) : undefined;
  }

  /** What stands on its card besides. */
  async #beside(alert: Alert, settings: Settings): Promise<Beside> {
    const { routing, policy } = settings;
    const beyond = beyondOn(alert, routing.sources, policy.hosts);
    const steps = routeNamed(alert.route, routing)?.escalate.length ?? 0;
    const all = alert.counts.silenced > 0 ? await this.#silences.list() : [];
    const more = { ...runbookOf(alert, settings), ...(beyond ? { beyond } : {}) };
    return { steps, silences: all, ...more, ...(alert.storm ? { tally: tallyOf(await this.#alerts.members(alert.id, COUNTED)) } : {}) };
  }

  #message(alert: Alert, { policy }: Pick<Settings, 'policy'>, beside: Beside): CardMessage {
    const names = namesOf({ policy });
    const seen = (id: string): Alert | undefined => {
      const person = policy.people.get(id);
      return person && alertFor(person, alert, policy, this.#commands);
    };
    return {
      kind: 'card',
      card: alertCard(alert, names, beside),
      lang: 'en',
      about: {
        ...{ at: alert.since, by: alert.source, private: false, heard: alert.heard },
        sees: (id) => seen(id) !== undefined,
        as(id): Card | undefined {
          const theirs = seen(id);
          return theirs && theirs !== alert ? alertCard(theirs, names, besideOf(beside)) : undefined;
        },
      },
    };
  }
}

/** Where it is written down what helps. */
function runbookOf(alert: Alert, { routing, policy }: Settings): { readonly runbook?: string } {
  const member = leading(alert);
  const url = member && runbooksFor(member, routing.runbooks, policy.hosts).find((one) => one.url !== undefined)?.url;
  return url === undefined ? {} : { runbook: url };
}

/** What stands besides on a card that shows only some of its hosts. */
function besideOf({ steps = 0, silences = [] }: Beside): Beside {
  return { steps, silences };
}

function namesOf({ policy }: Pick<Settings, 'policy'>): Readonly<Record<string, string>> {
  return Object.fromEntries([...policy.people].map(([person, { name }]) => [person, name]));
}

/**
 * A person's account in the chat of a place, if this is the first place of the alert where they have one, or the first of the chat it was told in instead:
 * nobody is called twice where the first takes it.
 */
function accountsAt(person: string, place: Place, { places, history, firedAt }: Alert, { accountsOf }: Pick<Settings, 'accountsOf'>): readonly string[] {
  const mine = (one: Place) => accountsOf(person, one.chat).includes(one.to ?? '');
  const theirs = places.filter((one) => accountsOf(person, one.chat).length > 0 && (!one.alone || mine(one)));
  const fell = history.findLast(({ kind, at }) => kind === 'fell-back' && at >= firedAt)?.what?.split(', ') ?? [];
  const here = [theirs[0], theirs.find(({ chat }) => fell.includes(chat))];
  const isHere = here.some((one) => one && one.chat === place.chat && one.room === place.room && one.thread === place.thread);
  return isHere ? accountsOf(person, place.chat).slice(0, 1) : [];
}
