import { z } from 'zod';
import type { Signal } from '../core/alerts/alert.ts';
import type { Errand } from '../core/alerts/errand.ts';
import { groupThere, signalOf, thereAlert } from '../core/alerts/there.ts';

/** How long it may take to answer, in milliseconds, and most bytes of an answer. */
const PATIENCE = 10_000;
const MOST_BYTES = 32_000_000;
/** Alerts that began later are left to what it sends: it waits for others of their group first. In milliseconds. */
const YOUNG = 60_000;
/** Who makes silences there. */
const MAKER = 'hostler';

const silences = z.array(z.object({ id: z.string(), comment: z.string(), createdBy: z.string(), status: z.object({ state: z.string() }) }));
const made = z.object({ silenceID: z.string().min(1) });
const groups = z.array(z.object({ labels: z.record(z.string(), z.string()), receiver: z.object({ name: z.string() }), alerts: z.array(thereAlert) }));

/** It does not answer, or says no; `isFinal`: it would say no again. The message is for people. */
export class ThereError extends Error {
  override readonly name = 'ThereError';
  readonly isFinal: boolean;
  constructor(message: string, isFinal = false) {
    super(message);
    this.isFinal = isFinal;
  }
}

/** An Alertmanager, by its API: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
export class Alertmanager {
  readonly #base: string;
  readonly #token: (() => string) | undefined;

  /** `token`: the bearer token of now, where it asks for one. */
  constructor(base: string, token?: () => string) {
    this.#base = base.replace(/\/+$/, '');
    this.#token = token;
  }

  /** Makes a silence there, once; its id there. Throws ThereError. */
  async hush({ silence, matchers, until, by, reason }: Extract<Errand, { errand: 'hush' }>, now: number): Promise<string> {
    const mark = `(${MAKER} ${silence})`;
    const before = silences.parse(await this.#call('GET', '/api/v2/silences'));
    const there = before.find((one) => one.comment.endsWith(mark) && one.status.state !== 'expired');
    if (there) return there.id;
    const body = {
      matchers,
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(until).toISOString(),
      createdBy: `${MAKER}: ${by}`,
      comment: `${reason} ${mark}`.trim(),
    };
    return made.parse(await this.#call('POST', '/api/v2/silences', body)).silenceID;
  }

  /** Ends a silence there; does nothing where it is over. Throws ThereError. */
  async unhush(id: string): Promise<void> {
    const all = silences.parse(await this.#call('GET', '/api/v2/silences'));
    if (all.some((one) => one.id === id && one.status.state !== 'expired')) await this.#call('DELETE', `/api/v2/silence/${encodeURIComponent(id)}`);
  }

  /**
   * All that fires there for these receivers, also what is silenced or inhibited there, as it was at `at` (milliseconds since the epoch by `now`'s
   * clock): a little while ago. Throws ThereError.
   */
  async firing(source: string, receivers: readonly string[], now: number): Promise<{ readonly at: number; readonly signals: readonly Signal[] }> {
    const { answer, date } = await this.#ask('GET', '/api/v2/alerts/groups?active=true&silenced=true&inhibited=true');
    const at = now - YOUNG;
    const young = (Number.isNaN(date) ? now : date) - YOUNG;
    const found = new Map<string, Signal>();
    for (const { labels, receiver, alerts } of groups.parse(answer)) {
      if (!receivers.includes(receiver.name)) continue;
      for (const alert of alerts) {
        const { endsAt: _, ...signal } = signalOf(alert, source, now);
        if (signal.startsAt <= young) found.set(alert.fingerprint, { ...signal, group: groupThere(receiver.name, labels) });
      }
    }
    return { at, signals: [...found.values()] };
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    return (await this.#ask(method, path, body)).answer;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<{ readonly answer: unknown; readonly date: number }> {
    const token = this.#token?.();
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    let text: string;
    let response: Response;
    try {
      response = await fetch(this.#base + path, {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await textOf(response);
    } catch (error) {
      throw error instanceof ThereError ? error : new ThereError(`it does not answer: ${whyOf(error)}`);
    }
    if (!response.ok) throw new ThereError(`it answers ${response.status}: ${text.slice(0, 200)}`, response.status >= 400 && response.status < 500);
    try {
      return { answer: text.trim() === '' ? undefined : JSON.parse(text), date: Date.parse(response.headers.get('date') ?? '') };
    } catch {
      throw new ThereError('its answer is not JSON');
    }
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new ThereError('its answer is too large', true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function whyOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
