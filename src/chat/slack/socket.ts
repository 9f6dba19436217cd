import { setTimeout as pause } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';
import { within } from './within.ts';

/** Longest wait for a connection, for a farewell, and between two attempts. Milliseconds. */
const CONNECT_MS = 15_000;
const FAREWELL_MS = 1000;
const PAUSE_MOST_MS = 30_000;
/** A connection that lasted shorter counts as a failure: Slack may be turning us away. */
const SHORT_MS = 5000;

/** One connection in Socket Mode, kept up: Slack closes each after some hours, and another is made at once. */
export class Socket {
  readonly #client: SocketModeReceiver['client'];
  readonly #changed: (why?: unknown) => void;
  readonly #closing = new AbortController();
  #up = false;
  #dropped: () => void = () => {};

  /** `changed`: it is up or down now, or another attempt failed. */
  constructor({ client }: SocketModeReceiver, changed: (why?: unknown) => void) {
    this.#client = client;
    this.#changed = changed;
    client.on('connected', () => this.#set(true));
    client.on('disconnected', () => this.#set(false));
    client.on('ws_message', (data: unknown) => this.#hurry(data));
  }

  get up(): boolean {
    return this.#up;
  }

  /** Connects. Rejects when that fails; after `keep` nothing does. */
  async connect(): Promise<void> {
    const started = this.#client.start();
    try {
      await within(CONNECT_MS, started);
    } catch (error) {
      this.again();
      throw error ?? new Error('Slack closed the connection before it said hello');
    }
    if (this.#closing.signal.aborted) this.again();
  }

  /** Connects again whenever the connection is gone, until it is closed. */
  async keep(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; ) {
      const since = Date.now();
      try {
        if (!this.#up) await this.connect();
        if (this.#up) await new Promise<void>((resolve) => (this.#dropped = resolve));
        failures = Date.now() - since < SHORT_MS ? failures + 1 : 0;
      } catch (error) {
        failures++;
        this.#changed(error);
      }
      if (failures > 1) await pause(Math.min(PAUSE_MOST_MS, 125 * 2 ** failures) * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
    }
  }

  /** Drops the connection now, whatever the other end does: `keep` makes another. */
  again(): void {
    this.#client.disconnect().catch(() => {});
    this.#client.disconnect().catch(() => {}); // the second does not wait for the other end
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#up) await within(FAREWELL_MS, this.#client.disconnect()).catch(() => this.again());
    else this.again();
    this.#dropped();
  }

  #set(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    this.#changed();
    if (!up) this.#dropped();
  }

  /** Slack says that it is going: the library says farewell, and would wait half a minute for an answer. */
  #hurry(data: unknown): void {
    if (typeof data !== 'string' || !data.includes('"disconnect"') || !/^\s*\{\s*"type"\s*:\s*"disconnect"/.test(data)) return;
    pause(FAREWELL_MS, undefined, { signal: this.#closing.signal }).then(
      () => this.#client.websocket && !this.#client.websocket.isActive() && this.#up && this.again(),
      () => {},
    );
  }
}
