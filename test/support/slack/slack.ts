import { createServer, type Server } from 'node:http';
import { Courier, type Failure } from './courier.ts';
import { Events } from './events.ts';
import { Faults, type Limit } from './faults.ts';
import { Interactions } from './interaction.ts';
import { DEFAULTS, type Options } from './options.ts';
import type { Attempt, Delivery } from './parcel.ts';
import { Person } from './person.ts';
import { post, type Urls } from './post.ts';
import { serve } from './server.ts';
import { type Reason, Sockets } from './sockets.ts';
import { BOT, type Channel, TEAM, type User } from './things.ts';
import type { Fields } from './wire.ts';
import { mentions } from './words.ts';
import { World } from './world.ts';

/** A call of the Web API as it came in. `status` is 0 while there is no answer, -1 where the connection was cut. */
export interface Called {
  readonly method: string;
  readonly at: number;
  readonly args: Fields;
  readonly status: number;
  readonly error?: string;
}

/** One simulated workspace, listening. */
export class Slack {
  readonly options: Options;
  readonly url: string;
  readonly world = new World();
  readonly faults = new Faults();
  readonly courier: Courier;
  readonly sockets: Sockets;
  readonly events: Events;
  readonly interactions: Interactions;
  /** Every call of the Web API, oldest first. */
  readonly calls: Called[] = [];
  /** What the bot token may do, and the events the app hears: both may be changed. */
  readonly scopes: Set<string>;
  readonly subscribed: Set<string>;
  /** The error every call answers, where the app was uninstalled: token_revoked, account_inactive. */
  revoked: string | undefined;
  readonly #server: Server;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #people = new Map<string, Person>();

  private constructor(options: Options, server: (slack: Slack) => Server, port: number) {
    this.options = options;
    this.url = `http://127.0.0.1:${port}/`;
    this.scopes = new Set(options.scopes);
    this.subscribed = new Set(options.events);
    this.courier = new Courier(this);
    this.sockets = new Sockets(this);
    this.events = new Events(this);
    this.interactions = new Interactions(this);
    this.#server = server(this);
    this.sockets.attach(this.#server);
    this.addUser(BOT.user, { name: BOT.name, bot: true });
  }

  /** Listens on a free port of this machine. */
  static async listen(given: Partial<Options> = {}): Promise<Slack> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return new Slack({ ...DEFAULTS, ...given }, (slack) => server.on('request', serve(slack)), port);
  }

  /** Where the Web API is, with a slash at the end: `clientOptions.slackApiUrl`. */
  get api(): string {
    return `${this.url}api/`;
  }

  /** What the app did that it may not do. */
  get violations(): string[] {
    return this.world.violations;
  }

  /** Commands and interactions that failed before a person's eyes. */
  get failures(): readonly Failure[] {
    return this.courier.failures;
  }

  /** Writes down a misuse. */
  misuse(what: string): void {
    this.world.violations.push(what);
  }

  /** Somebody new. */
  addUser(id: string, given: Partial<Omit<User, 'id'>> = {}): Person {
    const name = id.slice(2).replace(/\d+$/, '').toLowerCase();
    const user: User = { id, name, team: TEAM.id, bot: false, guest: false, deleted: false, tz: 'Europe/Berlin', locale: 'en-US', ...given };
    this.world.users.set(id, user);
    this.#people.set(id, new Person(this, user));
    return this.person(id);
  }

  /** A new channel; the bot is in it if it is among the members. */
  addChannel(id: string, name: string, members: readonly string[] = [], given: Partial<Pick<Channel, 'kind' | 'archived' | 'shared'>> = {}): Channel {
    const kind = id.startsWith('G') ? 'private' : 'public';
    const channel: Channel = { id, name, kind, members: new Set(members), archived: false, shared: false, ...given };
    this.world.channels.set(id, channel);
    return channel;
  }

  /** The id of the bot's user. */
  get bot(): string {
    return BOT.user;
  }

  /** Takes the bot out of a channel. */
  kickBot(channel: string): void {
    const where = this.world.channel(channel);
    where.members.delete(BOT.user);
    const type = where.kind === 'private' ? 'group_left' : 'channel_left';
    this.courier.deliver(this.events.envelope(type, { type, channel, actor_id: TEAM.id, event_ts: this.world.ids.ts() }, where));
    this.world.changed();
  }

  /** Somebody. */
  person(id: string): Person {
    const person = this.#people.get(id);
    if (!person) throw new Error(`nobody is ${id}`);
    return person;
  }

  /** How many messages, not edits, mentioned a person where they could see it. */
  pings(user: string): number {
    const { world } = this;
    return world.messages.filter((message) => {
      const [first] = message.versions;
      const shown = message.ephemeral === undefined || message.ephemeral === user;
      return first && shown && message.user !== user && world.channel(message.channel).members.has(user) && mentions(first, user);
    }).length;
  }

  /** From now on everything is delivered by signed requests; first the events URL is asked its challenge. */
  async deliverTo(target: string | Urls): Promise<Attempt> {
    const urls = typeof target === 'string' ? { events: target, commands: target, interactivity: target } : target;
    const challenge = crypto.randomUUID();
    const payload = { token: 'legacy-verification-token', challenge, type: 'url_verification' };
    const attempt = await post(urls, this.options, { kind: 'events_api', payload, attempts: [] }, { retry: 0 }, new AbortController().signal);
    const said = JSON.stringify(attempt.body) ?? '';
    if (!said.includes(challenge)) throw new Error(`the events URL did not answer its challenge: ${attempt.status} ${said}`);
    this.courier.urls = urls;
    return attempt;
  }

  /** Delivers the last `n` deliveries again. */
  async redeliver(n: number): Promise<Attempt[]> {
    return (await Promise.all(this.courier.sent.slice(-n).map((delivery) => delivery.again()))).flat();
  }

  /** Tells every socket to go, and closes it. */
  disconnect(reason: Reason): void {
    this.sockets.disconnect(reason);
  }

  /** Cuts every socket without a word. */
  dropSockets(): void {
    this.sockets.drop();
  }

  /** Sockets stay open and nothing comes through, nor is it kept. */
  deaf(deaf: boolean): void {
    this.sockets.deaf = deaf;
  }

  /** From now on the method answers 429 when called more often than this; undefined lifts it. */
  limit(method: string, limit: Limit | undefined): void {
    this.faults.limit(method, limit);
  }

  /** The next `times` calls answer 429. */
  throttleNext(method: string, times: number, retryAfterSeconds: number): void {
    this.faults.throttleNext(method, times, retryAfterSeconds);
  }

  /** The next call answers this error. */
  failNext(method: string, error: string): void {
    this.faults.failNext(method, error);
  }

  /** Calls are not answered until the function given back is called. */
  hang(method: string): () => void {
    return this.faults.hang(method);
  }

  /** The connection of the next calls is cut at once; they are done all the same, when the function given back is called. */
  belate(method: string, times = 1): () => void {
    return this.faults.belate(method, times);
  }

  /** Every call takes this much longer. */
  delay(method: string, ms: number): void {
    this.faults.delay(method, ms);
  }

  /** The next calls are done, but the connection is cut before the answer. */
  dropAfter(method: string, times = 1): void {
    this.faults.dropAfter(method, times);
  }

  /** A person deletes a message, wherever it is. */
  removes(person: string, ts: string): Delivery {
    const message = this.world.messages.find((one) => one.ts === ts && !one.deleted);
    return this.person(person).removes(message?.channel ?? '', ts);
  }

  /** The number of calls of a method; with `status`, of those answered so. */
  called(method: string, status?: number): number {
    return this.calls.filter((call) => call.method === method && (status === undefined || call.status === status)).length;
  }

  /** Waits until the function gives something; an error after `ms`. */
  until<T>(fn: () => T | undefined | false | null, ms = 5000): Promise<T> {
    return this.world.until(fn, ms);
  }

  /** Does something later, unless it is called off or Slack is closed first. */
  later(ms: number, job: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      job();
    }, ms);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.courier.stop();
    this.faults.release();
    this.sockets.drop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
