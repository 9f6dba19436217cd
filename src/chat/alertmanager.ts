import { z } from 'zod';
import type { Signal, Written } from '../core/alerts/alert.ts';
import type { Errand } from '../core/alerts/errand.ts';
import { groupThere, signalOf, thereAlert, thereMatcher } from '../core/alerts/there.ts';
import { type Said, say, speak } from '../core/words.ts';

/** How long it may take to answer, in milliseconds, and most bytes of an answer. */
const PATIENCE = 10_000;
const MOST_BYTES = 32_000_000;
/** Alerts that began later are left to what it sends: it waits for others of their group first. In milliseconds. */
const YOUNG = 60_000;
/** It keeps alerts in memory alone. Those who send them to it do so every few minutes, so after this it has all of them again, in milliseconds. */
const FILLED = 300_000;
/** Who makes silences there. */
const MAKER = 'hostler';

const silences = z.array(
  z.object({ id: z.string(), comment: z.string(), createdBy: z.string(), status: z.object({ state: z.string() }), matchers: z.array(thereMatcher) }),
);
const made = z.object({ silenceID: z.string().min(1) });
const groups = z.array(z.object({ labels: z.record(z.string(), z.string()), receiver: z.object({ name: z.string() }), alerts: z.array(thereAlert) }));
const prints = z.array(z.object({ fingerprint: z.string().min(1) }));
/** `uptime`: when it was started. */
const status = z.object({ uptime: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)) });
/** What is not asked for an answer. */
const any = z.unknown();
const ALL = 'active=true&silenced=true&inhibited=true';

/** It does not answer, or says no; `isFinal`: it would say no again. `said` is for people; the message is the same in English. */
export class ThereError extends Error {
  override readonly name = 'ThereError';
  readonly said: Said;
  readonly isFinal: boolean;
  constructor(said: Said, isFinal = false) {
    super(speak(said, 'en'));
    this.said = said;
    this.isFinal = isFinal;
  }
}

/** What fires there, as it was at `at` (milliseconds since the epoch by the asker's clock): a little while ago. */
export interface Firing {
  readonly at: number;
  readonly signals: readonly Signal[];
  /** Fingerprints of what fires there, too: for others, or since a moment ago. */
  readonly besides: readonly string[];
  /** It was started then, and does not have all again that fired before. */
  readonly since?: number;
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

  /** Makes a silence there, once; its id there, and what it says. Throws ThereError. */
  async hush({ silence, matchers, until, by, reason }: Extract<Errand, { errand: 'hush' }>, now: number): Promise<Extract<Written, { id: string }>> {
    const mark = `(${MAKER} ${silence})`;
    const { answer: before } = await this.#ask('GET', '/api/v2/silences', silences);
    const there = before.find((one) => one.comment.endsWith(mark) && one.status.state !== 'expired');
    if (there) return { id: there.id, matchers: there.matchers };
    const body = {
      matchers,
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(until).toISOString(),
      createdBy: `${MAKER}: ${by}`,
      comment: `${reason} ${mark}`.trim(),
    };
    return { id: (await this.#ask('POST', '/api/v2/silences', made, body)).answer.silenceID, matchers };
  }

  /** Ends a silence there; does nothing where it is over. Throws ThereError. */
  async unhush(id: string): Promise<void> {
    const { answer: all } = await this.#ask('GET', '/api/v2/silences', silences);
    if (all.some((one) => one.id === id && one.status.state !== 'expired')) await this.#ask('DELETE', `/api/v2/silence/${encodeURIComponent(id)}`, any);
  }

  /** All that fires there for these receivers, also what is silenced or inhibited there. Throws ThereError. */
  async firing(source: string, receivers: readonly string[], now: number): Promise<Firing> {
    const { answer, date } = await this.#ask('GET', `/api/v2/alerts/groups?${ALL}`, groups);
    // While it reads its configuration anew, its groups are made anew; what it has is still there.
    const { answer: having } = await this.#ask('GET', `/api/v2/alerts?${ALL}&unprocessed=true`, prints);
    // Asked last, so that nothing above is of a time before it was started.
    const { uptime } = (await this.#ask('GET', '/api/v2/status', status)).answer;
    const then = Number.isNaN(date) ? now : date;
    const [at, young, since] = [now - YOUNG, then - YOUNG, now - Math.max(0, then - uptime)];
    const found = new Map<string, Signal>();
    const besides = new Set(having.map(({ fingerprint }) => fingerprint));
    for (const { labels, receiver, alerts } of answer) {
      for (const alert of alerts) {
        besides.add(alert.fingerprint);
        if (!receivers.includes(receiver.name)) continue;
        const { endsAt: _, ...signal } = signalOf(alert, source, now);
        if (signal.startsAt <= young) found.set(alert.fingerprint, { ...signal, group: groupThere(receiver.name, labels) });
      }
    }
    for (const print of found.keys()) besides.delete(print);
    return { at, signals: [...found.values()], besides: [...besides], ...(now - since < FILLED ? { since } : {}) };
  }

  async #ask<T>(method: string, path: string, shape: z.ZodType<T>, body?: unknown): Promise<{ readonly answer: T; readonly date: number }> {
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
      throw error instanceof ThereError
        ? error
        : new ThereError(say({ en: 'it does not answer: {why}', zh: '没有应答：{why}' }, { why: whyOf(error).slice(0, 200) }));
    }
    const { ok, status: answered } = response;
    if (!ok) {
      const values = { status: answered, text: text.slice(0, 200) };
      throw new ThereError(say({ en: 'it answers {status}: {text}', zh: '其应答为 {status}：{text}' }, values), answered >= 400 && answered < 500);
    }
    const answer = shape.safeParse(jsonOf(text));
    // Whoever else answers there, such as Prometheus itself, will do so again.
    if (!answer.success) throw new ThereError(say({ en: 'it does not answer as an Alertmanager does', zh: '其应答不像 Alertmanager' }), true);
    return { answer: answer.data, date: Date.parse(response.headers.get('date') ?? '') };
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new ThereError(say({ en: 'its answer is too large', zh: '其应答过大' }), true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ThereError(say({ en: 'its answer is not JSON', zh: '其应答不是 JSON' }));
  }
}

function whyOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
