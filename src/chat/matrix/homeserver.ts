import { z } from 'zod';
import { type Api, path } from './api.ts';
import { eventShape, type MatrixEvent } from './events.ts';
import { isCode } from './trouble.ts';

/** What is sent into a room: an event's content. */
export type Content = Readonly<Record<string, unknown>>;

const posted = z.looseObject({ event_id: z.string() });
const room = z.looseObject({ room_id: z.string() });
const chunk = z.looseObject({ chunk: z.array(z.unknown()), end: z.string().optional() });
const joined = z.looseObject({ joined: z.record(z.string(), z.unknown()) });
const anything = z.record(z.string(), z.unknown());

/** Makes of an event what is sent in its place: the same, or an encrypted one. */
export type Envelope = (room: string, type: string, content: Content) => Promise<{ readonly type: string; readonly content: Content }>;

/** The parts of the client-server API (v1.11) that the bot needs, one method each. */
export class Homeserver {
  readonly #api: Api;
  readonly #envelope: Envelope | undefined;
  constructor(api: Api, envelope?: Envelope) {
    this.#api = api;
    this.#envelope = envelope;
  }

  /** The account whose token it is. */
  async whoami(): Promise<string> {
    return (await this.#api.ask('GET', '/_matrix/client/v3/account/whoami', z.looseObject({ user_id: z.string() }))).user_id;
  }

  /** Sends an event; the same transaction id gives the same event. Returns its id. */
  async send(to: string, type: string, txn: string, content: Content): Promise<string> {
    const sent = this.#envelope ? await this.#envelope(to, type, content) : { type, content };
    return this.sendClear(to, sent.type, txn, sent.content);
  }

  /** Sends in clear, wherever it is: only what everybody may read. */
  async sendClear(to: string, type: string, txn: string, content: Content): Promise<string> {
    return (await this.#api.ask('PUT', path`/_matrix/client/v3/rooms/${to}/send/${type}/${txn}`, posted, { body: content })).event_id;
  }

  async redact(from: string, event: string, txn: string): Promise<void> {
    await this.#api.tell('PUT', path`/_matrix/client/v3/rooms/${from}/redact/${event}/${txn}`);
  }

  /** A state event's content; undefined when there is none. */
  async state(of: string, type: string, key = ''): Promise<Content | undefined> {
    try {
      return await this.#api.ask('GET', path`/_matrix/client/v3/rooms/${of}/state/${type}/${key}`, anything);
    } catch (error) {
      if (isCode(error, 'M_NOT_FOUND')) return undefined;
      throw error;
    }
  }

  async setState(of: string, type: string, key: string, content: Content): Promise<void> {
    await this.#api.tell('PUT', path`/_matrix/client/v3/rooms/${of}/state/${type}/${key}`, content);
  }

  /** Events before a point of the timeline, newest first, and where the ones before those begin. */
  async before(of: string, from: string | undefined, filter: unknown): Promise<{ readonly events: readonly MatrixEvent[]; readonly end: string | undefined }> {
    const qs = { dir: 'b', limit: '100', ...(from === undefined ? {} : { from }), filter: JSON.stringify(filter) };
    const found = await this.#api.ask('GET', path`/_matrix/client/v3/rooms/${of}/messages`, chunk, { qs });
    return { events: found.chunk.flatMap((event) => eventShape.safeParse(event).data ?? []), end: found.end };
  }

  /** The bot's own reaction of this key on an event, when it is among the last hundred. */
  async reaction(of: string, event: string, key: string, by: string): Promise<string | undefined> {
    const where = path`/_matrix/client/v1/rooms/${of}/relations/${event}/m.annotation/m.reaction`;
    const found = await this.#api.ask('GET', where, chunk, { qs: { limit: '100' } });
    const events = found.chunk.flatMap((one) => eventShape.safeParse(one).data ?? []);
    return events.find(({ sender, content }) => sender === by && content['m.relates_to']?.key === key)?.event_id;
  }

  /** Account ids of who is in a room. */
  async joined(of: string): Promise<readonly string[]> {
    return Object.keys((await this.#api.ask('GET', path`/_matrix/client/v3/rooms/${of}/joined_members`, joined)).joined);
  }

  /** Account ids of who is in a room or invited to it. */
  async present(of: string): Promise<readonly { readonly id: string; readonly joined: boolean }[]> {
    const where = path`/_matrix/client/v3/rooms/${of}/members`;
    const found = await this.#api.ask('GET', where, chunk, { qs: { not_membership: 'leave' } });
    const events = found.chunk.flatMap((one) => eventShape.safeParse(one).data ?? []);
    return events
      .map(({ state_key, content }) => ({ id: state_key ?? '', membership: content.membership }))
      .filter(({ membership }) => membership === 'join' || membership === 'invite')
      .map(({ id, membership }) => ({ id, joined: membership === 'join' }));
  }

  /** Ids of the rooms the bot is in. */
  async rooms(): Promise<readonly string[]> {
    return (await this.#api.ask('GET', '/_matrix/client/v3/joined_rooms', z.looseObject({ joined_rooms: z.array(z.string()) }))).joined_rooms;
  }

  async join(to: string): Promise<void> {
    await this.#api.tell('POST', path`/_matrix/client/v3/join/${to}`);
  }

  async leave(from: string): Promise<void> {
    await this.#api.tell('POST', path`/_matrix/client/v3/rooms/${from}/leave`);
  }

  /** Makes a room. Returns its id. */
  async create(content: Content): Promise<string> {
    return (await this.#api.ask('POST', '/_matrix/client/v3/createRoom', room, { body: content })).room_id;
  }

  /** Global account data; undefined when there is none. */
  async accountData(of: string, type: string): Promise<Content | undefined> {
    try {
      return await this.#api.ask('GET', path`/_matrix/client/v3/user/${of}/account_data/${type}`, anything);
    } catch (error) {
      if (isCode(error, 'M_NOT_FOUND')) return undefined;
      throw error;
    }
  }

  async setAccountData(of: string, type: string, content: Content): Promise<void> {
    await this.#api.tell('PUT', path`/_matrix/client/v3/user/${of}/account_data/${type}`, content);
  }

  /** Uploads a file; a nameless one is encrypted. Returns its `mxc:` address. */
  async upload(name: string | undefined, bytes: Buffer): Promise<string> {
    const file = { bytes, type: name === undefined ? 'application/octet-stream' : 'text/plain; charset=utf-8' };
    const found = await this.#api.ask('POST', '/_matrix/media/v3/upload', z.looseObject({ content_uri: z.string() }), {
      ...(name === undefined ? {} : { qs: { filename: name } }),
      file,
      within: 60_000,
    });
    return found.content_uri;
  }

  /** An account's display name; undefined when it has none, or there is no such account. */
  async name(of: string): Promise<string | undefined> {
    try {
      const shape = z.looseObject({ displayname: z.string().optional() });
      return (await this.#api.ask('GET', path`/_matrix/client/v3/profile/${of}`, shape)).displayname ?? '';
    } catch (error) {
      if (isCode(error, 'M_NOT_FOUND', 'M_FORBIDDEN')) return undefined;
      throw error;
    }
  }
}
