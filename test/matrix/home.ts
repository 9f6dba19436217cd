import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { MatrixChat } from '../../src/chat/matrix/matrix.ts';
import type { Hear, Line, Memory, Pressing } from '../../src/core/chat.ts';

export const BOT = '@bot:x.y';

/** What the homeserver gives to a request; undefined leaves it to the stub. */
type Answer = { readonly status: number; readonly body?: object } | undefined;
export interface Sent {
  readonly room: string;
  readonly txn: string;
  readonly body: string;
}

/** A homeserver that knows as much as one chat asks for: the syncs it is told, and what was sent to it. */
export class Home {
  /** Looked at before the stub's own answers. */
  odd: (method: string, path: string) => Answer = () => undefined;
  readonly sent: Sent[] = [];
  readonly asked: string[] = [];
  /** What was asked by who did not know where they were, as it was asked. */
  readonly firsts: string[] = [];
  readonly #syncs: object[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #batch = 0;
  #last: object = {};
  url = '';

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    return this;
  }
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
  /** Something happens: rooms with their events, in one sync answer. */
  happen(rooms: Readonly<Record<string, readonly object[]>>, timeline: object = {}, more: object = {}): void {
    const join = Object.fromEntries(Object.entries(rooms).map(([room, events]) => [room, { timeline: { ...timeline, events } }]));
    this.#syncs.push({ rooms: { join, ...more } });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*/, '')).replace(/^\/_matrix\/client\/v\d\//, '');
    const method = request.method ?? '';
    this.asked.push(`${method} ${path}`);
    const { status, body } =
      this.odd(method, path) ?? (await this.#own(method, path, Buffer.concat(chunks).toString(), new URL(request.url ?? '', this.url).searchParams));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
  }

  async #own(method: string, path: string, body: string, query: URLSearchParams): Promise<{ status: number; body?: object }> {
    if (path === 'account/whoami') return { status: 200, body: { user_id: BOT } };
    if (path === 'sync' && !query.has('since')) this.firsts.push(query.toString());
    if (path === 'sync') return { status: 200, body: await this.#sync(query.get('since')) };
    if (path === 'joined_rooms') return { status: 200, body: { joined_rooms: [] } };
    if (path.endsWith('/joined_members')) return { status: 200, body: { joined: { [BOT]: {}, '@alice:x.y': {}, '@bob:x.y': {} } } };
    const [, room = '', txn = ''] = /^rooms\/([^/]+)\/send\/[^/]+\/(.+)$/.exec(path) ?? [];
    if (method === 'PUT' && txn !== '') {
      const known = this.sent.findIndex((one) => one.txn === txn);
      if (known < 0) this.sent.push({ room, txn, body: String(JSON.parse(body).body) });
      return { status: 200, body: { event_id: `$sent${known < 0 ? this.sent.length - 1 : known}` } };
    }
    return method === 'GET' ? { status: 404, body: { errcode: 'M_NOT_FOUND', error: 'nothing here' } } : { status: 200 };
  }

  /** The next answer; the same again for who asks again from the same place. */
  async #sync(since: string | null): Promise<object> {
    if (since === null) return { next_batch: 's0' };
    if (since !== `s${this.#batch}`) return this.#last;
    for (let i = 0; this.#syncs.length === 0 && i < 20; i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    const next = this.#syncs.shift();
    if (next) this.#batch += 1;
    this.#last = { ...next, next_batch: `s${this.#batch}` };
    return this.#last;
  }
}

let count = 0;
/** A message of a person. */
export function line(body: string, more: object = {}): object {
  count += 1;
  return { event_id: `$e${count}`, type: 'm.room.message', sender: '@alice:x.y', origin_server_ts: Date.now(), content: { msgtype: 'm.text', body }, ...more };
}

/** What the gateway hears; each event once. */
export class Ears implements Hear {
  readonly families = ['vm'];
  readonly strangers = new Set<string>();
  readonly lines: Line[] = [];
  readonly presses: Pressing[] = [];
  readonly states: Parameters<Hear['hearing']>[0][] = [];
  /** How often what is said could not be queued. */
  failing = 0;
  async said(one: Line) {
    if (this.failing > 0) {
      this.failing -= 1;
      throw new Error('the queue does not answer');
    }
    if (!this.lines.some(({ event }) => event === one.event)) this.lines.push(one);
    return { ticket: '' };
  }
  async pressed(press: Pressing) {
    if (!this.presses.some(({ event }) => event === press.event)) this.presses.push(press);
    return { answer: '', ticket: press.ticket, heard: press.event };
  }
  async form() {
    return undefined;
  }
  async choices() {
    return [];
  }
  async knows(from: string) {
    return !this.strangers.has(from);
  }
  async lang() {
    return 'en' as const;
  }
  async home() {
    return [];
  }
  hearing(state: Parameters<Hear['hearing']>[0]) {
    this.states.push(state);
  }
}

export function remembering(): Memory & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    get: async (key) => all.get(key),
    set: async (key, value) => void all.set(key, value),
    claim: async (key, value) => !all.has(key) && !!all.set(key, value),
    drop: async (key) => void all.delete(key),
  };
}

/** A chat that hears from the stub. */
export async function chatAt(home: Home, ears: Ears, memory: Memory, logged: string[] = []): Promise<MatrixChat> {
  const chat = new MatrixChat({
    homeserver: home.url,
    user: BOT,
    token: 't',
    memory,
    log: (text, detail) => void logged.push(`${text} ${detail ?? ''}`),
    pace: { pollMs: 200, deafMs: 60_000 },
  });
  await chat.listen(ears);
  return chat;
}
