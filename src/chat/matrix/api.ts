import type { MatrixClient } from 'matrix-bot-sdk';
import type { z } from 'zod';
import type { Log } from '../../core/ports.ts';
import { troubleOf } from './trouble.ts';
import { type Call, during, wired } from './wire.ts';

/** How long a homeserver may take to answer anything but a long poll, in milliseconds. */
const ANSWER = 20_000;

interface Ask {
  readonly qs?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A file in place of a JSON body. */
  readonly file?: { readonly bytes: Buffer; readonly type: string };
  /** Milliseconds; the whole answer must be there by then. */
  readonly within?: number;
}

/** A path with every value in it encoded: api`/rooms/${room}`. */
export function path(strings: TemplateStringsArray, ...values: readonly string[]): string {
  return strings.reduce((all, part, i) => all + encodeURIComponent(values[i - 1] ?? '') + part);
}

/** Requests to a homeserver with the bot's token, through the SDK. Throws MatrixTrouble. */
export class Api {
  readonly #client: MatrixClient;
  readonly #closing = new AbortController();

  constructor({ homeserver, token, log }: { readonly homeserver: string; readonly token: string; readonly log: Log }) {
    const { MatrixClient } = wired(log);
    this.#client = new MatrixClient(homeserver.replace(/\/+$/, ''), token);
  }

  /** One request; the answer is checked against the shape. */
  async ask<T>(method: 'GET' | 'PUT' | 'POST', where: string, shape: z.ZodType<T>, ask: Ask = {}): Promise<T> {
    return shape.parse(await this.#send(method, where, ask));
  }

  /** One request whose answer does not matter. */
  async tell(method: 'PUT' | 'POST', where: string, body: unknown = {}): Promise<void> {
    await this.#send(method, where, { body });
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Resolves after so many milliseconds, or at once when it is closed. */
  async pause(ms: number): Promise<void> {
    const { signal } = this.#closing;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
    });
  }

  /** Ends every request that is under way, at once. */
  close(): void {
    this.#closing.abort(new Error('closed'));
  }

  async #send(method: string, where: string, { qs, body, file, within = ANSWER }: Ask): Promise<unknown> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error(`no answer within ${within} ms`)), within);
    const call: Call = { signal: AbortSignal.any([this.#closing.signal, late.signal]), retryAfter: undefined };
    const what = `${method} ${where.replace(/\?.*/, '')}`;
    try {
      return await during(call, () => this.#client.doRequest(method, where, qs ? { ...qs } : null, file?.bytes ?? body ?? null, within, false, file?.type));
    } catch (error) {
      throw troubleOf(error, call.retryAfter, what);
    } finally {
      clearTimeout(timer);
    }
  }
}
