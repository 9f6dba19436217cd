import { Agent } from 'node:https';
import { type Duplex, PassThrough } from 'node:stream';
import { Slots } from '../slots.ts';
import type { Endpoint } from './access.ts';
import { Verified, type Way } from './verified.ts';

/** Connections that stay open without work. */
const IDLE = 4;
/** How long a connection may be idle, in milliseconds: pveproxy closes its own after 5 s. */
const IDLE_MS = 3000;

export interface DoorOptions extends Way {
  /** Exchanges at once. */
  readonly most: number;
  /** Every exchange has a connection of its own, which no server can have closed for its idleness. */
  readonly fresh?: true;
}

/** The connections to one server that are used. One is handed out, and may be written to, only when its certificate is the right one. */
export class Doors extends Agent {
  readonly host: string;
  readonly port: number;
  /** Who wants to go in stands in line here: the agent counts only connections that are made. */
  readonly slots: Slots;
  readonly #verified: Verified;
  #closed = false;

  constructor(endpoint: Endpoint, how: DoorOptions) {
    super({ keepAlive: !how.fresh, maxFreeSockets: IDLE, timeout: IDLE_MS, scheduling: 'lifo', maxCachedSessions: 0 });
    this.host = endpoint.address;
    this.port = endpoint.port;
    this.slots = new Slots(how.most);
    this.#verified = new Verified(endpoint, how);
  }

  override createConnection(_: unknown, done: (error: Error | null, stream: Duplex) => void = () => undefined): undefined {
    this.#verified.open().then(
      (socket) => {
        done(null, socket);
        if (this.#closed) socket.destroy();
      },
      (error: Error) => done(error, new PassThrough()),
    );
  }

  override destroy(): void {
    this.#closed = true;
    super.destroy();
  }
}
