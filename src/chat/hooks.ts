import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Signal } from '../core/alerts/alert.ts';
import { kindOf, readBody } from '../core/alerts/reading.ts';
import type { DeclaredSource, Routing } from '../core/alerts/routing.ts';
import { Malformed, type NamedSource } from '../core/alerts/source.ts';
import { sha256 } from '../core/digest.ts';
import type { Audit, Counts, Log } from '../core/ports.ts';
import { keptText } from '../core/redactline.ts';
import { quoted, type Said, say } from '../core/words.ts';
import { type Credential, credentialOf, isSecret, isSigned, isTimely } from './credential.ts';
import { Crowd } from './crowd.ts';
import { onlyPrograms } from './gate.ts';
import { Bad, json } from './http.ts';
import { Bucket } from './pace.ts';
import { AWAY, received } from './received.ts';

/** What a hook tells the desk, as the job `alert` has it. */
export type Heard =
  | { readonly source: string; readonly at: number; readonly signals: readonly Signal[] }
  | {
      readonly source: string;
      readonly at: number;
      readonly malformed: { readonly body: string; readonly why: string; readonly said: Said; readonly from: string };
    }
  | { readonly beat: string; readonly at: number };

export interface HookOptions {
  routing(): Promise<Routing>;
  readonly kinds: readonly NamedSource[];
  /** The secret of a source or a heartbeat; undefined for one that has none. Throws where it cannot be resolved. */
  secretOf(of: 'source' | 'beat', name: string): string | undefined;
  /**
   * Resolves when all of it is durable; after `before` (milliseconds since the epoch) nothing of it goes out any more. `signed`: what was signed with
   * this is not added again while it waits.
   */
  send(heard: readonly Heard[], before: number, signed?: string): Promise<void>;
  /** The signatures of what is durable, for a while. */
  readonly signatures: { has(signature: string): Promise<boolean>; keep(signature: string): Promise<void> };
  /** Told of each receiver that a source names: where its own list of what fires is to be looked at. */
  heard?(source: string, signals: readonly Signal[]): void;
  readonly audit: Pick<Audit, 'note'>;
  readonly counts: Counts;
  /** One more of so many a minute, over all gateways: 0, or the milliseconds until there may be one. */
  take(name: string, perMinute: number): Promise<number>;
  /** The time that all gateways share, in milliseconds since the epoch: what is heard is put in order by it. */
  now(): Promise<number>;
  /** Hides the secrets of this process. */
  hide(text: string): string;
  readonly log: Log;
}

/** Within so many milliseconds of our own time it is durable, or it is not taken. */
const WITHIN = 1800;
/** Most signals of a job. */
const CHUNK = 100;
/** A heartbeat may come so often a minute, and carry so many bytes, which are not read into anything. */
const BEATS = { perMinute: 120, bytes: 10_000 };
/** Most bodies that are read at once before it is known who sends them. */
const UNPROVEN = 32;
/** How long it may take to be counted with what other gateways hear, in milliseconds. */
const COUNTED_WITHIN = 300;
/** How many characters of a body that cannot be read are kept, and how far beyond is looked for what a secret goes on with. */
const BODY = 1900;
const BEYOND = 500;
/** Wrong secrets are noted once in so many milliseconds a source. */
const NOTED = 60_000;
/** Shortest secret, in characters: shorter ones can be guessed. */
const SHORTEST = 16;
/** What bodies of unknown sources may hold, so that they look like others. */
const UNKNOWN = 1_000_000;

/** What comes to `/hooks/…`: alerts and heartbeats, from programs that carry a secret. */
export class Hooks {
  readonly #options: HookOptions;
  readonly #buckets = new Map<string, { readonly perMinute: number; readonly bucket: Bucket }>();
  readonly #noted = new Map<string, number>();
  /** Whose bodies are being read, and nobody knows yet whether they are signed. */
  readonly #crowd = new Crowd(UNPROVEN);
  /** What nobody can know: compared with where there is no such source. */
  readonly #nobody = crypto.randomUUID();

  constructor(options: HookOptions) {
    this.#options = options;
  }

  /** Answers a request to `/hooks/…`; false for another. Throws Bad. Any Host will do: who sends has a secret, and no session. `from`: the address of who calls. */
  async serve(request: IncomingMessage, response: ServerResponse, from: string): Promise<boolean> {
    const path = /^\/hooks\/([^?#]*)/.exec(request.url ?? '')?.[1];
    if (path === undefined) return false;
    await this.#answer(request, response, path, from);
    return true;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, path: string, from: string): Promise<void> {
    response.setHeader('connection', 'close');
    onlyPrograms(request);
    const [, beat, name] = /^(beat\/)?([A-Za-z0-9_][A-Za-z0-9._-]{0,62})$/.exec(path) ?? [];
    if (name === undefined) throw new Bad(404, say({ en: 'there is no such page', zh: '没有此页面' }));
    const methods = beat === undefined ? ['POST', 'PUT'] : ['GET', 'POST', 'PUT'];
    if (!methods.includes(request.method ?? '')) {
      response.setHeader('allow', methods.join(', '));
      throw new Bad(405, say({ en: 'send it by {methods}', zh: '请使用 {methods}' }, { methods: methods.join(', ') }));
    }
    const began = performance.now();
    const routing = await safely(Date.now() + WITHIN, () => this.#options.routing());
    const left = WITHIN - (performance.now() - began);
    const source = beat === undefined && routing.sources.has(name) ? name : 'unknown';
    if (beat === undefined) response.once('finish', () => this.#options.counts.add('hostler_webhooks_total', { source, status: String(response.statusCode) }));
    if (beat !== undefined) return this.#beat(request, response, name, from, routing, left);
    return this.#alerts(request, response, name, from, routing, left);
  }

  async #alerts(request: IncomingMessage, response: ServerResponse, name: string, from: string, routing: Routing, left: number): Promise<void> {
    const source = routing.sources.get(name);
    const body = await this.#admitted(request, { of: 'source', name, isKnown: source !== undefined, bytes: source?.bytes ?? UNKNOWN, from });
    if (!source) throw WRONG(); // nobody gets here
    const before = Date.now() + left;
    const { signed } = body;
    const { at, again } = await this.#known(before, signed, this.#spend(`source ${name}`, source.perMinute, name, response));
    if (again) return json(response, 202, { taken: 0 });
    const signals = this.#read(request, source, body.bytes, at);
    const parts = signals instanceof Malformed ? [] : inParts(signals).map((part): Heard => ({ source: name, at, signals: part }));
    const text = () => keptText(this.#options.hide(body.bytes.toString('utf8')).slice(0, BODY + BEYOND)).slice(0, BODY);
    const odd = ({ message, said }: Malformed) => ({ source: name, at, malformed: { body: text(), why: message.slice(0, 480), said, from } });
    const heard = signals instanceof Malformed ? [odd(signals)] : parts;
    await safely(before, () => this.#options.send(heard, before, signed));
    if (signals instanceof Malformed) throw new Bad(422, quoted(signals.message.slice(0, 500)));
    // Only now: what was remembered and then not sent would be lost when it comes again.
    if (signed !== undefined) await safely(before, () => this.#options.signatures.keep(signed));
    this.#options.heard?.(name, signals);
    json(response, 202, { taken: signals.length });
  }

  async #beat(request: IncomingMessage, response: ServerResponse, name: string, from: string, routing: Routing, left: number): Promise<void> {
    const isKnown = routing.heartbeats.some((one) => one.name === name);
    const { signed } = await this.#admitted(request, { of: 'beat', name, isKnown, bytes: BEATS.bytes, from });
    const before = Date.now() + left;
    const { at, again } = await this.#known(before, signed, this.#spend(`beat ${name}`, BEATS.perMinute, name, response));
    if (again) return json(response, 202, { taken: 0 });
    await safely(before, () => this.#options.send([{ beat: name, at }], before, signed));
    if (signed !== undefined) await safely(before, () => this.#options.signatures.keep(signed));
    json(response, 202, { taken: 1 });
  }

  /** What Redis knows of it, asked all at once: what time it is, and whether it was taken before. Throws as `spent` does. */
  async #known(before: number, signed: string | undefined, spent: Promise<void>): Promise<{ readonly at: number; readonly again: boolean }> {
    const { now, signatures } = this.#options;
    const [at, again] = await Promise.all([safely(before, now), signed === undefined ? false : safely(before, () => signatures.has(signed)), spent]);
    return { at, again };
  }

  /** The body of who may send it. Whoever may not is told no more than that, whether or not there is such a source. */
  async #admitted(
    request: IncomingMessage,
    { of, name, isKnown, bytes, from }: { of: 'source' | 'beat'; name: string; isKnown: boolean; bytes: number; from: string },
  ): Promise<{ readonly bytes: Buffer; readonly signed?: string }> {
    const secret = isKnown ? this.#secret(of, name) : this.#nobody;
    const credential = credentialOf(request.headers);
    if (credential?.kind !== 'signed') {
      if (!isSecret(credential?.given ?? '', secret)) throw await this.#wrong(of, isKnown ? name : '', from, credential);
      return { bytes: await received(request, bytes) };
    }
    const body = isTimely(credential.time, Date.now()) && (await this.#crowd.within(from, (leave) => received(request, bytes, leave)));
    if (!body || !isSigned(credential, body, secret, Date.now())) throw await this.#wrong(of, isKnown ? name : '', from, credential);
    return { bytes: body, signed: sha256(`${of === 'beat' ? 'beat/' : ''}${name} ${credential.signature}`) };
  }

  /** What has none cannot be sent here: a heartbeat may come as signals of a source. */
  #secret(of: 'source' | 'beat', name: string): string {
    try {
      const secret = this.#options.secretOf(of, name);
      if (secret !== undefined && secret.length < SHORTEST) throw new Error(`it is shorter than ${SHORTEST} characters`);
      return secret ?? this.#nobody;
    } catch (error) {
      this.#options.log(`the secret of ${of} ${name} cannot be had`, error);
      throw AWAY();
    }
  }

  #read(request: IncomingMessage, source: DeclaredSource, body: Buffer, at: number): readonly Signal[] | Malformed {
    const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    try {
      return readBody(body.toString('utf8'), type, at, source, kindOf(source, type, this.#options.kinds));
    } catch (error) {
      if (error instanceof Malformed) return error;
      this.#options.log(`a body of ${source.name} was not understood`, error);
      return new Malformed(say({ en: 'it was not understood here', zh: '此处未能理解其内容' }));
    }
  }

  /** Throws when a source has sent too much, here or to all gateways together; the header says when it may again. */
  async #spend(key: string, perMinute: number, name: string, response: ServerResponse): Promise<void> {
    let known = this.#buckets.get(key);
    if (known?.perMinute !== perMinute) {
      const pace = { perSecond: perMinute / 60, burst: perMinute, editMs: 0, abreast: 1 };
      known = { perMinute, bucket: new Bucket(pace, () => performance.now()) };
      this.#buckets.set(key, known);
    }
    let wait = known.bucket.waitFor(1);
    if (wait === 0) {
      known.bucket.spend(1);
      // While Redis does not answer, what is counted here is all there is.
      wait = await safely(Date.now() + COUNTED_WITHIN, () => this.#options.take(key, perMinute)).catch(() => 0);
    }
    if (wait === 0) return;
    this.#options.counts.add('hostler_alerts_refused_total', { source: name, reason: 'rate' });
    const seconds = Math.ceil(wait / 1000);
    response.setHeader('retry-after', String(seconds));
    throw new Bad(
      429,
      say({ en: 'more than {most} in a minute; again in {seconds} s', zh: '一分钟内超过 {most} 次；请 {seconds} 秒后再试' }, { most: perMinute, seconds }),
    );
  }

  async #wrong(of: string, name: string, from: string, credential: Credential | undefined): Promise<Bad> {
    this.#options.counts.add('hostler_alerts_refused_total', { source: name || 'unknown', reason: 'secret' });
    const key = `${of} ${name}`;
    const now = performance.now();
    if (now - (this.#noted.get(key) ?? Number.NEGATIVE_INFINITY) >= NOTED) {
      this.#noted.set(key, now);
      const more = { of, source: name, from, with: credential?.kind ?? 'nothing' };
      this.#options.audit
        .note([{ at: Date.now(), kind: 'refused', rule: 'hook', more }])
        .catch((error: unknown) => this.#options.log('a wrong secret was not noted', error));
    }
    return WRONG();
  }
}

const WRONG = () => new Bad(401, say({ en: 'there is no such source, or this is not its secret', zh: '没有此来源，或密钥不正确' }));

function inParts(signals: readonly Signal[]): (readonly Signal[])[] {
  return Array.from({ length: Math.ceil(signals.length / CHUNK) }, (_, i) => signals.slice(i * CHUNK, (i + 1) * CHUNK));
}

/** It is done by then, or was not taken. */
async function safely<T>(before: number, take: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(AWAY()), Math.max(0, before - Date.now()))));
    return await Promise.race([take(), late]);
  } catch (error) {
    throw error instanceof Bad ? error : AWAY();
  } finally {
    clearTimeout(timer);
  }
}
