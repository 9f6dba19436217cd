import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { Attempt, Manner, Parcel } from './parcel.ts';
import type { Slack } from './slack.ts';
import { APP } from './things.ts';

const ack = z.looseObject({ envelope_id: z.string(), payload: z.unknown().optional() });
/** The most connections an app may have. */
const MOST = 10;

/** The reasons Slack gives when it ends a connection. */
export type Reason = 'refresh_requested' | 'warning' | 'link_disabled' | 'too_many_websockets';

/** Socket Mode: connections, envelopes and their acknowledgements. https://docs.slack.dev/apis/events-api/using-socket-mode */
export class Sockets {
  readonly #slack: Slack;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Set<string>();
  #open: WebSocket[] = [];
  #turn = 0;
  readonly #waiting = new Map<string, (attempt: { readonly status: number; readonly body: unknown; readonly reason?: string }) => void>();
  readonly #envelopes = new Map<WebSocket, Set<string>>();
  /** Connections stay open but nothing comes through, nor is it kept. */
  deaf = false;
  /** How many connections were ever made. */
  made = 0;

  constructor(slack: Slack) {
    this.#slack = slack;
  }

  /** How many connections are open and take envelopes. */
  get open(): number {
    return this.#open.length;
  }

  /** Takes upgrades of this server. */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', this.#slack.url);
      if (pathname !== '/link/' || !this.#tickets.delete(searchParams.get('ticket') ?? '')) {
        this.#slack.world.violations.push(`a socket without a good ticket: ${request.url}`);
        socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (connection) => this.#join(connection));
    });
  }

  /** A URL to connect to, once. */
  ticket(): string {
    const ticket = crypto.randomUUID();
    this.#tickets.add(ticket);
    return `${this.#slack.url.replace('http', 'ws')}link/?ticket=${ticket}&app_id=${APP}`;
  }

  #join(connection: WebSocket): void {
    this.made++;
    const pings = setInterval(() => connection.ping('Ping from applink-1'), this.#slack.options.pingEvery);
    connection.on('error', () => undefined);
    connection.on('close', () => {
      clearInterval(pings);
      this.#leave(connection);
      for (const id of this.#envelopes.get(connection) ?? []) this.#answer(id, { status: 0, body: undefined, reason: 'connection_closed' });
      this.#envelopes.delete(connection);
      this.#slack.world.changed();
    });
    connection.on('message', (data) => this.#hear(String(data)));
    if (this.#open.length >= MOST) this.#dismiss(connection, 'too_many_websockets');
    else this.#greet(connection);
    this.#slack.world.changed();
  }

  #greet(connection: WebSocket): void {
    this.#envelopes.set(connection, new Set());
    this.#open.push(connection);
    this.#write(connection, {
      type: 'hello',
      num_connections: this.#open.length,
      debug_info: { host: 'applink-1', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: APP },
    });
  }

  #leave(connection: WebSocket): void {
    this.#open = this.#open.filter((one) => one !== connection);
  }

  #hear(text: string): void {
    let said: z.infer<typeof ack>;
    try {
      said = ack.parse(JSON.parse(text));
    } catch {
      this.#slack.world.violations.push(`not an acknowledgement: ${text}`);
      return;
    }
    this.#answer(said.envelope_id, { status: 200, body: said.payload });
  }

  #answer(envelope: string, attempt: { readonly status: number; readonly body: unknown; readonly reason?: string }): void {
    this.#waiting.get(envelope)?.(attempt);
    this.#waiting.delete(envelope);
  }

  #write(connection: WebSocket, value: unknown): void {
    connection.send(JSON.stringify(value));
  }

  /** Sends a parcel through one of the connections, and waits for its acknowledgement. */
  async send(parcel: Parcel, manner: Manner): Promise<Attempt> {
    const began = performance.now();
    const ms = () => Math.round(performance.now() - began);
    if (manner.forged || manner.age !== undefined) throw new Error('nothing is signed in Socket Mode');
    if (parcel.kind === 'events_api' && this.#open.length === 0) await this.#someone();
    const connection = this.#open[this.#turn++ % Math.max(this.#open.length, 1)];
    if (!connection) return { status: 0, body: undefined, ms: ms(), reason: 'no_connection', last: true };
    const envelope_id = crypto.randomUUID();
    const { promise, resolve } = Promise.withResolvers<{ readonly status: number; readonly body: unknown; readonly reason?: string }>();
    this.#waiting.set(envelope_id, resolve);
    this.#envelopes.get(connection)?.add(envelope_id);
    const deaf = this.deaf;
    if (!deaf) this.#write(connection, envelope(envelope_id, parcel, manner));
    const stop = this.#slack.later(this.#slack.options.ackTime, () => this.#answer(envelope_id, { status: 0, body: undefined, reason: 'timeout' }));
    const answer = await promise;
    stop();
    this.#envelopes.get(connection)?.delete(envelope_id);
    if (parcel.kind === 'events_api' && isSomething(answer.body)) this.#slack.world.violations.push('an event was acknowledged with a payload');
    return { ...answer, ms: ms(), last: deaf };
  }

  /** Waits for a connection, as long as events wait. */
  async #someone(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const unwatch = this.#slack.world.watch(() => this.#open.length > 0 && resolve());
    const stop = this.#slack.later(this.#slack.options.patience, resolve);
    await promise;
    stop();
    unwatch();
  }

  /** Tells every connection to go, and closes it a little later. */
  disconnect(reason: Reason): void {
    for (const connection of [...this.#open]) this.#dismiss(connection, reason);
  }

  #dismiss(connection: WebSocket, reason: Reason): void {
    this.#leave(connection);
    this.#write(connection, { type: 'disconnect', reason, debug_info: { host: 'applink-1' } });
    this.#slack.later(this.#slack.options.grace, () => connection.close());
  }

  /** Cuts every connection without a word. */
  drop(): void {
    for (const connection of this.#server.clients) connection.terminate();
    for (const connection of [...this.#envelopes.keys()]) connection.terminate();
  }
}

function envelope(envelope_id: string, parcel: Parcel, manner: Manner): unknown {
  const answers = parcel.kind === 'slash_commands' || parcel.payload.type === 'view_submission' || parcel.payload.type === 'block_suggestion';
  return {
    envelope_id,
    type: parcel.kind,
    payload: parcel.payload,
    accepts_response_payload: answers,
    ...(parcel.kind === 'events_api' && { retry_attempt: manner.retry, retry_reason: manner.retry > 0 ? 'timeout' : '' }),
  };
}

function isSomething(body: unknown): boolean {
  return body !== undefined && body !== null && JSON.stringify(body) !== '{}';
}
