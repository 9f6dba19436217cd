import { z } from 'zod';
import { change, content, inThread, type Saying } from './content.ts';
import type { MatrixEvent } from './events.ts';
import { Eyes, type Invitation } from './eyes.ts';
import { Http, path } from './http.ts';
import type { Room, Seen } from './room.ts';

export type { Invitation } from './eyes.ts';
export { Refusal } from './http.ts';
export type { Room, Seen } from './room.ts';

/** Whose client it is. */
export interface Login {
  readonly url: string;
  readonly userId: string;
  readonly token: string;
}

const SENT = z.object({ event_id: z.string() }).transform(({ event_id }) => event_id);
const NOTHING = z.unknown();

/** Somebody at a chat client: does what Element does, sees what Element shows, and notes what the others send against the rules. */
export class MatrixPerson {
  readonly userId: string;
  readonly #http: Http;
  readonly #eyes: Eyes;
  private constructor(http: Http, eyes: Eyes) {
    this.#http = http;
    this.#eyes = eyes;
    this.userId = eyes.me;
  }

  /** Opens the client, and waits until it shows what there is. */
  static async login({ url, userId, token }: Login): Promise<MatrixPerson> {
    const http = new Http(url, token);
    const eyes = new Eyes(http, userId);
    await eyes.open();
    return new MatrixPerson(http, eyes);
  }

  /** A new private room; its id. */
  async createRoom(wish: {
    readonly name?: string;
    readonly invite?: readonly string[];
    readonly direct?: boolean;
    readonly encrypted?: boolean;
  }): Promise<string> {
    const { name, invite = [], direct = false, encrypted = false } = wish;
    const encryption = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };
    const { room_id: room } = await this.#http.json(z.object({ room_id: z.string() }), 'POST', '/_matrix/client/v3/createRoom', {
      body: {
        ...{ ...(name !== undefined && { name }), invite, is_direct: direct, preset: direct ? 'trusted_private_chat' : 'private_chat' },
        ...(encrypted && { initial_state: [encryption] }),
      },
    });
    if (direct && invite[0] !== undefined) await this.#isDirect(invite[0], room);
    return room;
  }

  /** Goes into a room; one meant as a conversation of two is noted as such. */
  async joins(room: string): Promise<void> {
    const invited = this.#eyes.invitations.get(room);
    await this.#http.json(NOTHING, 'POST', path`/_matrix/client/v3/join/${room}`, { body: {} });
    if (invited?.direct) await this.#isDirect(invited.from, room);
  }

  /** Leaves a room, or refuses an invitation. */
  async leaves(room: string): Promise<void> {
    await this.#http.json(NOTHING, 'POST', path`/_matrix/client/v3/rooms/${room}/leave`, { body: {} });
  }

  async invites(room: string, userId: string): Promise<void> {
    await this.#http.json(NOTHING, 'POST', path`/_matrix/client/v3/rooms/${room}/invite`, { body: { user_id: userId } });
  }

  async kicks(room: string, userId: string, reason?: string): Promise<void> {
    await this.#http.json(NOTHING, 'POST', path`/_matrix/client/v3/rooms/${room}/kick`, { body: { user_id: userId, ...(reason !== undefined && { reason }) } });
  }

  /** Says something; the event's id. With the same `txn` it is said once. */
  async says(room: string, text: string, { thread, ...saying }: Saying & { readonly thread?: string } = {}): Promise<string> {
    const last = this.timeline(room).findLast((message) => message.thread === thread)?.id;
    const relation = thread === undefined ? {} : inThread(thread, last ?? thread);
    return this.sends(room, 'm.room.message', { ...content(text, saying), ...relation }, saying.txn);
  }

  /** Sends an event of any type; its id. */
  async sends(room: string, type: string, body: object, txn: string = crypto.randomUUID()): Promise<string> {
    return this.#http.json(SENT, 'PUT', path`/_matrix/client/v3/rooms/${room}/send/${type}/${txn}`, { body });
  }

  /** Sets a state of the room, if this person may; the event's id. */
  async sets(room: string, type: string, body: object, key = ''): Promise<string> {
    return this.#http.json(SENT, 'PUT', path`/_matrix/client/v3/rooms/${room}/state/${type}/${key}`, { body });
  }

  /** Changes an own message; the id of the change. */
  async edits(room: string, eventId: string, text: string, saying: Saying = {}): Promise<string> {
    return this.sends(room, 'm.room.message', change(eventId, text, saying), saying.txn);
  }

  async reacts(room: string, eventId: string, key: string, txn?: string): Promise<string> {
    return this.sends(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key } }, txn);
  }

  /** Takes away a message, a change or a reaction. */
  async redacts(room: string, eventId: string, txn: string = crypto.randomUUID()): Promise<string> {
    return this.#http.json(SENT, 'PUT', path`/_matrix/client/v3/rooms/${room}/redact/${eventId}/${txn}`, { body: {} });
  }

  /** Puts a file on the server; its address. */
  async uploads(name: string, bytes: Uint8Array, type = 'application/octet-stream'): Promise<string> {
    const answer = z.object({ content_uri: z.string() });
    return (await this.#http.json(answer, 'POST', `/_matrix/media/v3/upload?filename=${encodeURIComponent(name)}`, { body: bytes, type })).content_uri;
  }

  /** What is at an address, as a file that is saved. */
  async downloads(mxc: string): Promise<{ readonly bytes: Buffer; readonly type: string; readonly disposition: string }> {
    const [, server = '', id = ''] = /^mxc:\/\/([^/]+)\/([^/]+)$/.exec(mxc) ?? [];
    const response = await this.#http.raw('GET', path`/_matrix/client/v1/media/download/${server}/${id}`);
    const header = (name: string) => response.headers.get(name) ?? '';
    return { bytes: Buffer.from(await response.arrayBuffer()), type: header('content-type'), disposition: header('content-disposition') };
  }

  /** The messages of a room as they are now, oldest first. */
  timeline(room: string): Seen[] {
    return this.#eyes.rooms.get(room)?.timeline() ?? [];
  }

  /** One message as it is now. */
  sees(room: string, eventId: string): Seen | undefined {
    return this.timeline(room).find(({ id }) => id === eventId);
  }

  /** The events of a room as they came, for what no message shows. */
  events(room: string): readonly MatrixEvent[] {
    return this.#eyes.rooms.get(room)?.events() ?? [];
  }

  /** The rooms this person is in. */
  rooms(): Room[] {
    return [...this.#eyes.joined].map((id) => this.#eyes.room(id));
  }

  invitations(): Invitation[] {
    return [...this.#eyes.invitations.values()];
  }

  /** How many messages, changes not counted, have called this person: by name, or all in the room. */
  calls(room?: string): number {
    return [...this.#eyes.rooms.values()].filter(({ id }) => room === undefined || id === room).reduce((sum, { calls }) => sum + calls.size, 0);
  }

  /** What others have sent against the rules. */
  get violations(): string[] {
    return [...this.#eyes.rooms.values()].flatMap(({ violations }) => violations);
  }

  /** Looks again at each change until there is something; what there is. */
  until<T>(look: () => T | undefined | null | false, ms = 10_000): Promise<T> {
    return this.#eyes.until(look, ms);
  }

  /** Closes the client; the person stays logged in. */
  close(): Promise<void> {
    return this.#eyes.close();
  }

  /** A room is a conversation with somebody: as clients note it among the person's settings. */
  async #isDirect(userId: string, room: string): Promise<void> {
    const noted = this.#eyes.settings.get('m.direct') ?? {};
    const body = { ...noted, [userId]: [...z.array(z.string()).catch([]).parse(noted[userId]), room] };
    await this.#http.json(NOTHING, 'PUT', path`/_matrix/client/v3/user/${this.userId}/account_data/m.direct`, { body });
    this.#eyes.settings.set('m.direct', body);
  }
}
