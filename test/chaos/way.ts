import { createServer, type Server, type Socket, connect as to } from 'node:net';
import { portOf } from '../support/real/processes.ts';

/** What a connection through the way is made of. */
interface Pair {
  readonly client: Socket;
  readonly host: Socket;
}

/** The network between the bot and a host: it can drop, stall, go deaf and refuse. */
export class Way {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #mode: 'open' | 'stalled' | 'deaf' | 'refusing' = 'open';

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.port = portOf(server.address());
    server.on('connection', (client) => this.#join(client, target));
  }

  /** Listens on a free port of loopback in front of another. */
  static async listen(target: number): Promise<Way> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return new Way(server, target);
  }

  /** All connections are reset. */
  drop(): void {
    for (const { client, host } of this.#pairs) for (const socket of [client, host]) socket.resetAndDestroy();
  }

  /** Connections that are there now carry nothing any more, for ever, and nobody is told; new ones say nothing until `mend`, and are as dead. */
  deafen(): void {
    this.#mode = 'deaf';
    for (const pair of this.#pairs) swallow(pair);
  }

  /** Nothing passes until `mend`, and then all of it does. */
  stall(): void {
    this.#mode = 'stalled';
    for (const { client, host } of this.#pairs) for (const socket of [client, host]) socket.pause();
  }

  /** All connections are reset, and new ones too until `mend`. */
  refuse(): void {
    this.#mode = 'refusing';
    this.drop();
  }

  /** New connections are carried again, and stalled ones go on. */
  mend(): void {
    if (this.#mode === 'stalled') for (const { client, host } of this.#pairs) for (const socket of [client, host]) socket.resume();
    this.#mode = 'open';
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, target: number): void {
    client.on('error', () => undefined);
    if (this.#mode === 'refusing') {
      client.resetAndDestroy();
      return;
    }
    const host = to(target, '127.0.0.1');
    const pair = { client, host };
    this.#pairs.add(pair);
    for (const [one, other] of [
      [client, host],
      [host, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
      one.pipe(other);
    }
    if (this.#mode === 'deaf') swallow(pair);
    if (this.#mode === 'stalled') for (const socket of [client, host]) socket.pause();
  }
}

/** Bytes are taken and go nowhere. */
function swallow({ client, host }: Pair): void {
  for (const socket of [client, host]) socket.unpipe().resume();
}
