import type { SocketModeReceiver } from '@slack/bolt';
import { Socket } from './socket.ts';

/** Several connections, so that one of them hears while another is made anew. */
export class Sockets {
  readonly #all: readonly Socket[];

  /** `changed`: whether any is up, and why the last attempt failed. */
  constructor(receivers: readonly SocketModeReceiver[], changed: (up: boolean, why?: unknown) => void) {
    this.#all = receivers.map(
      (receiver) =>
        new Socket(receiver, (why) =>
          changed(
            this.#all.some(({ up }) => up),
            why,
          ),
        ),
    );
  }

  /** Connects. Rejects when the first connection cannot be made. */
  async connect(): Promise<void> {
    try {
      await this.#all[0]?.connect();
    } catch (error) {
      await this.close();
      throw error;
    }
    for (const socket of this.#all) void socket.keep();
  }

  /** Makes every connection anew, should one only seem to be up. */
  again(): void {
    for (const socket of this.#all) socket.again();
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((socket) => socket.close()));
  }
}
