import { z } from 'zod';

/** What the homeserver refused, and why. */
export class Refusal extends Error {
  readonly status: number;
  readonly errcode: string;
  readonly retryAfterMs: number | undefined;
  /** The whole answer. */
  readonly answer: unknown;
  constructor(what: string, status: number, answer: unknown) {
    super(`${what}: ${status} ${JSON.stringify(answer)}`);
    const said = REFUSED.parse(answer);
    this.status = status;
    this.errcode = said.errcode;
    this.retryAfterMs = said.retry_after_ms;
    this.answer = answer;
  }
}

const REFUSED = z.object({ errcode: z.string(), retry_after_ms: z.number().optional() }).catch({ errcode: 'M_UNKNOWN' });

/** How a request is made. */
export interface Asked {
  readonly body?: object | Uint8Array;
  readonly type?: string;
  readonly signal?: AbortSignal;
}

/** The requests of one logged-in person, over fetch and nothing else. */
export class Http {
  readonly #url: string;
  readonly #token: string;
  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** An answer in JSON, as a schema has it. */
  async json<T>(schema: z.ZodType<T>, method: 'GET' | 'PUT' | 'POST', path: string, asked: Asked = {}): Promise<T> {
    return schema.parse(await (await this.raw(method, path, asked)).json());
  }

  /** An answer that is good; throws a Refusal otherwise. What may be asked twice is, when the connection was stale. */
  async raw(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    { body, type = 'application/json', signal = AbortSignal.timeout(30_000) }: Asked = {},
  ): Promise<Response> {
    const init = {
      ...{ method, signal, headers: { authorization: `Bearer ${this.#token}`, ...(body && { 'content-type': type }) } },
      ...(body && { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) }),
    };
    const ask = () => fetch(`${this.#url}${path}`, init);
    const response = await (method === 'POST' ? ask() : ask().catch((error: unknown) => (signal.aborted ? Promise.reject(error) : ask())));
    if (!response.ok) throw new Refusal(`${method} ${path}`, response.status, await response.json().catch(() => ({})));
    return response;
  }
}

/** A path with every part of it encoded. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}
