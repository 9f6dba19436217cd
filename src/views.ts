import type { Redis } from 'ioredis';
import { roomOf } from '../config/policy.ts';
import { PLACES } from '../config/rules.ts';
import type { Showing } from './chat/wish.ts';
import { alertChoices } from './core/alerts/choices.ts';
import type { CardMessage } from './core/chat.ts';
import type { Known } from './core/complete.ts';
import { fileIn } from './core/files.ts';
import { type Follow, follows } from './core/follow.ts';
import { fieldsFor } from './core/form.ts';
import { matches, type Person, reach, visibleCommands } from './core/policy.ts';
import type { Commands } from './core/ports.ts';
import { render, type View } from './core/render.ts';
import { hostsSpokenOf, isPrivate, maySee } from './core/sight.ts';
import { type In, isOver, planOf, type Ticket } from './core/ticket.ts';
import type { Card, Place } from './core/types.ts';
import { emptyPlaces, isWaitedFor, standingVotes } from './core/votes.ts';
import { say } from './core/words.ts';
import type { Settings } from './settings.ts';
import { alerts } from './store/alerts.ts';
import { files } from './store/files.ts';
import { inventory } from './store/inventory.ts';
import { journals, plans } from './store/plans.ts';
import { tickets } from './store/tickets.ts';

/** Reads what cards are made of, and who may see them. */
export class Views {
  readonly tickets;
  readonly #plans;
  readonly #journals;
  readonly #inventory;
  readonly #files;
  readonly #alerts;
  readonly #rules: () => Promise<Settings>;
  readonly #commands: Commands;

  constructor(redis: Redis, rules: () => Promise<Settings>, commands: Commands) {
    this.tickets = tickets(redis);
    this.#plans = plans(redis);
    this.#journals = journals(redis);
    this.#inventory = inventory(redis);
    this.#files = files(redis);
    this.#alerts = alerts(redis);
    this.#rules = rules;
    this.#commands = commands;
  }

  /** All a ticket's card is made of, as it is now. */
  async view(id: string): Promise<View | undefined> {
    const ticket = await this.tickets.get(id);
    if (!ticket) return undefined;
    const { policy } = await this.#rules();
    const names = Object.fromEntries([...policy.people].map(([person, { name }]) => [person, name]));
    const round = planOf(ticket)?.round;
    if (round === undefined) return { ticket, journal: {}, lines: 0, names, fields: await this.#fields(ticket) };
    const [plan, { journal, lines }, report] = await Promise.all([this.#plans.plan(id, round), this.#journals.read(id, round), this.#plans.report(id, round)]);
    const waits = ticket.state === 'waiting' ? await this.#waiting(ticket) : {};
    return { ticket, journal, lines, names, ...waits, ...(plan ? { plan } : {}), ...(report ? { report } : {}) };
  }

  /** The plan before it changed, and what is still to be filled by whom. */
  async #waiting(ticket: In<'waiting'>): Promise<Pick<View, 'before' | 'empty'>> {
    const rules = await this.#rules();
    const now = Date.now();
    const before = ticket.before === undefined ? undefined : await this.#plans.plan(ticket.id, ticket.before);
    const empty = emptyPlaces(ticket, standingVotes(ticket, ticket.votes, rules, now), rules.policy, now);
    return { empty, ...(before ? { before } : {}) };
  }

  async #fields(ticket: Ticket) {
    const person = (await this.#rules()).policy.people.get(ticket.by);
    if (ticket.state !== 'refused' || !ticket.missing || !person) return [];
    return fieldsFor(ticket.missing, await this.known(person, ticket.missing.path), person.lang);
  }

  /** What this person's lines can be completed with. `line`: what it is about; without it, nothing is read for it alone. */
  async known(person: Person, line = ''): Promise<Known> {
    const { policy, programs, config } = await this.#rules();
    const guests = (await this.#inventory.guests()).map(({ name, at }) => ({ name, host: at.host }));
    return {
      commands: visibleCommands(person, this.#commands, policy),
      hosts: (path, command) => reach(person, policy, path, command.risk),
      guests,
      programs: [...programs].map(([text, { summary }]) => ({ text, hint: summary })),
      people: [...policy.people.values()].map(({ id, name }) => ({ text: `@${id}`, hint: name })),
      rooms: [...Object.entries(config.rooms).map(([text, { chat }]) => ({ text, hint: chat })), ...PLACES.map((text) => ({ text, hint: '' }))],
      hours: Object.entries(config.hours).map(([text, { zone, days, from, to }]) => ({ text, hint: `${[days].flat().join(', ')} ${from}–${to} ${zone}` })),
      alerts: /(^|\s)alert(\s|$)/.test(line) ? await alertChoices(person, this.#alerts, policy, this.#commands) : [],
    };
  }

  /** The card with what the console needs beside it. */
  async message(view: View, lang: CardMessage['lang']): Promise<CardMessage> {
    const { ticket } = view;
    const { policy } = await this.#rules();
    const about = {
      at: ticket.askedAt,
      by: ticket.by,
      private: isPrivate(ticket),
      heard: ticket.heard,
      sees: (id: string) => {
        const person = policy.people.get(id);
        return person !== undefined && maySee(person, ticket, policy, this.#commands, Date.now());
      },
    };
    return { kind: 'card', card: render(view), lang, about };
  }

  /** A ticket's card as it is to be shown in a room. */
  async showing(id: string, place: Place, alone: boolean): Promise<Showing | undefined> {
    const view = await this.view(id);
    if (!view) return undefined;
    const { ticket } = view;
    const settings = await this.#rules();
    const { policy, config } = settings;
    const room = roomOf(config, place);
    const hosts = hostsSpokenOf(ticket, policy, this.#commands);
    // A room that is kept to some hosts shows only what is known to speak of no others.
    const within = (name: string) =>
      policy.hosts.some((host) => host.name === name && room?.hosts.some((pattern) => pattern === '*' || matches(pattern, host)));
    const beyond = room !== undefined && !room.hosts.includes('*') && !(hosts?.every(within) ?? false);
    const hidden = isPrivate(ticket) || beyond;
    const to = place.to === undefined ? undefined : settings.personOf({ chat: place.chat, id: place.to });
    const person = policy.people.get(hidden || place.alone ? (to ?? ticket.by) : ticket.by);
    const lang = (hidden ? person?.lang : (room?.lang ?? person?.lang)) ?? 'en';
    const following = await Promise.all(follows(view, policy, lang).map((one) => this.#written(one)));
    const thread = following.flatMap((one): Showing['thread'] => {
      if (one.kind === 'output') return [{ key: one.key, lane: 3, message: { ...one, lang } }];
      const calls =
        hidden || alone ? callsAlone(one.calls, to) : one.calls.flatMap((called) => accountsAt(called, place, ticket, settings)).slice(0, MOST_CALLED);
      const accounts = hidden || alone ? calls.flatMap(() => (place.to === undefined || place.room === place.to ? [] : [place.to])) : calls;
      return accounts.length > 0 ? [{ key: one.key, lane: 1, message: { ...one, calls: accounts, lang } }] : [];
    });
    const message = await this.message(view, lang);
    return {
      message,
      private: hidden,
      ...(ticket.by === '' ? { open: true as const } : {}),
      // What is looked for may turn out to be somewhere else: it is not yet known who may see it.
      later: !isOver(ticket) && (ticket.private || (hidden && ticket.state === 'planning')),
      instead: { ...message, card: { ...message.card, blocks: [{ kind: 'text', text: MOVED }], buttons: [], ticket: null } },
      thread,
    };
  }

  /** What goes into a thread, with the text of a file. */
  async #written(one: Follow): Promise<Exclude<Follow, { kind: 'file' }>> {
    if (one.kind !== 'file') return one;
    const { ref, ...output } = one;
    return { ...output, kind: 'output', content: (await this.#files.read(ref)) ?? FORGOTTEN };
  }

  /** A file of a card, by its name or the name of its text, or the first; undefined for whom there is none. */
  async file(person: Person, id: string, wanted: string | undefined): Promise<{ readonly name: string; readonly text: string } | undefined> {
    const view = await this.view(id);
    const { policy } = await this.#rules();
    if (!view || !maySee(person, view.ticket, policy, this.#commands, Date.now())) return undefined;
    const found = fileIn(render(view).blocks, wanted);
    const text = found && (await this.#files.read(found.ref));
    return found && text !== undefined ? { name: found.name, text } : undefined;
  }

  /** The line that a card offers under this number, from 0, to somebody who sees the card; undefined where there is none. */
  async offered(person: Person, id: string, index: string): Promise<string | undefined> {
    const view = /^\d{1,2}$/.test(index) ? await this.view(id) : undefined;
    const { policy } = await this.#rules();
    if (!view || !isOver(view.ticket) || !maySee(person, view.ticket, policy, this.#commands, Date.now())) return undefined;
    return view.plan?.offers?.[Number(index)]?.line;
  }

  /** Where those who may decide on a waiting ticket see it by themselves, if it stands where none of them can. */
  async decidersAt(id: string, where: Place): Promise<readonly Place[]> {
    const ticket = await this.tickets.get(id);
    const settings = await this.#rules();
    const { policy, config } = settings;
    if (ticket?.state !== 'waiting' || ticket.private) return [];
    return [...policy.people.values()]
      .filter((person) => isWaitedFor(person, ticket, policy, Date.now()))
      .flatMap(({ id: person }): Place[] => {
        const accounts = (chat: string) => settings.accountsOf(person, chat);
        const shared = ticket.places.some(({ chat, room, alone }) => !alone && !(chat === where.chat && room === where.room) && accounts(chat).length > 0);
        if (shared) return []; // called there
        const chats = ticket.places.map(({ chat }) => chat).concat('slack', 'matrix');
        const chat = chats.find((name) => (name === 'slack' || name === 'matrix') && config.chats[name] && accounts(name).length > 0);
        const account = chat === undefined ? undefined : accounts(chat)[0];
        return chat === undefined || account === undefined ? [] : [{ chat, room: account, to: account, alone: true }];
      })
      .slice(0, MOST_CALLED);
  }

  /** Cards that concern a person most: what waits for their word, then what they asked for lately. */
  async home(id: string): Promise<readonly Card[]> {
    const { policy } = await this.#rules();
    const person = policy.people.get(id);
    if (!person) return [];
    const ids = new Set([...(await this.tickets.open()), ...(await this.tickets.recent())]);
    const views = (await Promise.all([...ids].map((ticket) => this.view(ticket)))).filter((view) => view !== undefined);
    const newest = views.sort((a, b) => b.ticket.askedAt - a.ticket.askedAt);
    const waits = newest.filter(({ ticket }) => ticket.state === 'waiting' && isWaitedFor(person, ticket, policy, Date.now()));
    const mine = newest.filter(({ ticket }) => ticket.by === id && ticket.command !== '');
    return [...new Set([...waits, ...mine])].slice(0, 12).map(render);
  }

  /** Every card that is still shown to whoever opens the console. */
  async recent(): Promise<CardMessage[]> {
    const ids = await this.tickets.recent();
    const found: CardMessage[] = [];
    for (let i = 0; i < ids.length; i += RECENT_AT_ONCE) {
      const some = await Promise.all(ids.slice(i, i + RECENT_AT_ONCE).map((id) => this.view(id)));
      for (const view of some) if (view) found.push(await this.message(view, 'en'));
    }
    return found;
  }
}

/** What stands for a text that is kept no more. */
const FORGOTTEN = '— · kept no more · 已不再保留 —';
/** Most people who are called for one card. */
const MOST_CALLED = 8;
const MOVED = say({ en: 'this goes on where only who asked sees it', zh: '后续内容仅提出者可见' });

/** The one person who sees it, if it is they who are called. */
function callsAlone(called: readonly string[], to: string | undefined): readonly string[] {
  return to !== undefined && called.includes(to) ? [to] : [];
}

/** How many cards are read at once for a newly opened console. */
const RECENT_AT_ONCE = 20;

/** A person's accounts in the chat of a place, if this is the first place of the ticket where they have one: nobody is called twice. */
function accountsAt(person: string, place: Place, ticket: Ticket, { accountsOf }: Pick<Settings, 'accountsOf'>): readonly string[] {
  const mine = (one: Place) => accountsOf(person, one.chat).includes(one.to ?? '');
  // Who sees it by themselves has been told by that.
  if (ticket.places.some((one) => one.room === one.to && mine(one))) return [];
  const first = ticket.places.find((one) => accountsOf(person, one.chat).length > 0 && (!one.alone || mine(one)));
  const isHere = first && first.chat === place.chat && first.room === place.room && first.thread === place.thread;
  return isHere ? accountsOf(person, place.chat).slice(0, 1) : [];
}
