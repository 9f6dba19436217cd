import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Signal } from '../core/alerts/alert.ts';
import { readBody } from '../core/alerts/reading.ts';
import type { DeclaredSource, Routing } from '../core/alerts/routing.ts';
import { Malformed, type NamedSource } from '../core/alerts/source.ts';
import { sha256 } from '../core/digest.ts';
import type { Audit, Counts, Log } from '../core/ports.ts';
import { quoted, say } from '../core/words.ts';
import { type Credential, credentialOf, isSecret, isSigned } from './credential.ts';
import { onlyPrograms } from './gate.ts';
import { Bad, json } from './http.ts';
import { Bucket } from './pace.ts';
import { received } from './received.ts';

/** What a hook tells the desk, as the job `alert` has it. */
export type Heard =
  | { readonly source: string; readonly at: number; readonly signals: readonly Signal[] }
  | { readonly source: string; readonly at: number; readonly malformed: { readonly body: string; readonly why: string; readonly from: string } }
  | { readonly beat: string; readonly at: number };

export interface HookOptions {
  routing(): Promise<Routing>;
  readonly kinds: readonly NamedSource[];
  /** The secret of a source or a heartbeat; undefined for one that has none. Throws where it cannot be resolved. */
  secretOf(of: 'source' | 'beat', name: string): string | undefined;
  /** Resolves when all of it is durable; after `before` (milliseconds since the epoch) nothing of it goes out any more. */
  send(heard: readonly Heard[], before: number): Promise<void>;
  /** Remembers a signature for a while: false when it was there. `drop`: it may come again. */
  readonly signatures: { claim(signature: string): Promise<boolean>; drop(signature: string): Promise<void> };
  /** Told of each receiver that a source names: where its own list of what fires is to be looked at. */
  heard?(source: string, signals: readonly Signal[]): void;
  readonly audit: Pick<Audit, 'note'>;
  readonly counts: Counts;
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
  /** How many bodies are being read of which nobody knows yet whether they are signed. */
  #unproven = 0;
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
    const routing = await safely(Date.now() + WITHIN, () => this.#options.routing());
    const source = beat === undefined && routing.sources.has(name) ? name : 'unknown';
    if (beat === undefined) response.once('finish', () => this.#options.counts.add('hostler_webhooks_total', { source, status: String(response.statusCode) }));
    if (beat !== undefined) return this.#beat(request, response, name, from, routing);
    return this.#alerts(request, response, name, from, routing);
  }

  async #alerts(request: IncomingMessage, response: ServerResponse, name: string, from: string, routing: Routing): Promise<void> {
    const source = routing.sources.get(name);
    const body = await this.#admitted(request, { of: 'source', name, isKnown: source !== undefined, bytes: source?.bytes ?? UNKNOWN, from });
    if (!source) throw WRONG(); // nobody gets here
    this.#spend(`source ${name}`, source.perMinute, name, response);
    const at = Date.now();
    const before = at + WITHIN;
    const { signatures } = this.#options;
    const { signed } = body;
    if (signed !== undefined && !(await safely(before, () => signatures.claim(signed)))) return json(response, 202, { taken: 0 });
    try {
      const signals = this.#read(request, source, body.bytes, at);
      const parts = signals instanceof Malformed ? [] : inParts(signals).map((part): Heard => ({ source: name, at, signals: part }));
      const text = () => this.#options.hide(body.bytes.toString('utf8')).slice(0, 1900);
      const heard = signals instanceof Malformed ? [{ source: name, at, malformed: { body: text(), why: signals.message.slice(0, 480), from } }] : parts;
      await safely(before, () => this.#options.send(heard, before));
      if (signals instanceof Malformed) throw new Bad(422, quoted(signals.message.slice(0, 500)));
      this.#options.heard?.(name, signals);
      json(response, 202, { taken: signals.length });
    } catch (error) {
      // Sent again, it is not the same again.
      if (signed !== undefined) signatures.drop(signed).catch(() => undefined);
      throw error;
    }
  }

  async #beat(request: IncomingMessage, response: ServerResponse, name: string, from: string, routing: Routing): Promise<void> {
    const isKnown = routing.heartbeats.some((one) => one.name === name);
    await this.#admitted(request, { of: 'beat', name, isKnown, bytes: BEATS.bytes, from });
    this.#spend(`beat ${name}`, BEATS.perMinute, name, response);
    const at = Date.now();
    await safely(at + WITHIN, () => this.#options.send([{ beat: name, at }], at + WITHIN));
    json(response, 202, { taken: 1 });
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
    if (this.#unproven >= UNPROVEN) throw AWAY();
    this.#unproven++;
    const body = await received(request, bytes).finally(() => this.#unproven--);
    if (!isSigned(credential, body, secret, Date.now())) throw await this.#wrong(of, isKnown ? name : '', from, credential);
    return { bytes: body, signed: sha256(`${name} ${credential.signature}`) };
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
    const kind = this.#options.kinds.find(({ id }) => id === source.kind);
    if (!kind) return new Malformed(`there is no kind of source “${source.kind}”`);
    const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
    const types = kind.types ?? ['application/json'];
    if (!types.includes(type)) return new Malformed(`content-type: ${type.slice(0, 100) || 'missing'}, not ${types.join(' or ')}`);
    try {
      return readBody(body.toString('utf8'), type, at, source, kind);
    } catch (error) {
      if (error instanceof Malformed) return error;
      this.#options.log(`a body of ${source.name} was not understood`, error);
      return new Malformed('it was not understood here');
    }
  }

  /** Throws when a source has sent too much; the header says when it may again. */
  #spend(key: string, perMinute: number, name: string, response: ServerResponse): void {
    let known = this.#buckets.get(key);
    if (known?.perMinute !== perMinute) {
      const pace = { perSecond: perMinute / 60, burst: perMinute, editMs: 0, abreast: 1 };
      known = { perMinute, bucket: new Bucket(pace, () => performance.now()) };
      this.#buckets.set(key, known);
    }
    const wait = known.bucket.waitFor(1);
    if (wait === 0) {
      known.bucket.spend(1);
      return;
    }
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
const AWAY = () => new Bad(503, say({ en: 'not taken: send it again in a moment', zh: '未受理：请稍后重新发送' }));

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
