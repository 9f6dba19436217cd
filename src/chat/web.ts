import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { CardMessage, Chat, Hear, Message, Shown } from '../core/chat.ts';
import type { Completion } from '../core/complete.ts';
import type { Place, Through } from '../core/types.ts';
import { say } from '../core/words.ts';
import { beginBody, loginBody, pressedBody, proveBody, saidBody } from './bodies.ts';
import { begun, type Enrolling, proven } from './factor.ts';
import { type ConsolePerson, type Gate, NOT_YOURS, onlyPages, onlyPrograms, SIGNED_OUT, type SignIn, USED, type Via } from './gate.ts';
import { Bad, type Besides, body, fail, json, page, text } from './http.ts';
import { Streams } from './streams.ts';

export interface WebOptions {
  readonly port: number;
  readonly version: string;
  /** Where the console is, once its port is known. */
  gate(port: number): Gate;
  /** How people sign in; without it, this is practice, where everyone says who they are. */
  readonly signIn?: SignIn;
  /** How people set one-time codes up; without it, there are none. */
  readonly enrolling?: Enrolling;
  /** Where what is said is shown. */
  place(via: Via): Place;
  people(): Promise<readonly ConsolePerson[]>;
  recent(): Promise<readonly CardMessage[]>;
  complete(person: string, text: string): Promise<Completion>;
  /** A file of a card that this person may see, by its name or the name of its text, or the first. */
  file(person: string, card: string, wanted: string | undefined): Promise<{ readonly name: string; readonly text: string } | undefined>;
  /** How often it is asked whether who looks is still signed in, in milliseconds. */
  readonly checkMs?: number;
  /** What else is served on this port, to programs: asked first, in order; true where it has answered. */
  readonly besides?: readonly Besides[];
}

/** Who calls, and by which session. */
interface Caller {
  readonly person: ConsolePerson;
  readonly via: Via;
  readonly session?: string;
  readonly through?: Through;
}

/** Largest body of a request to sign in, in bytes. */
const LARGEST_LOGIN = 2000;
/** Within so many milliseconds, whoever is signed in no more sees nothing new. */
const CHECK = 1000;

/** The web console: one page, and the API that it and the terminal speak. Loopback only; a TLS proxy may stand before it. */
export class WebChat implements Chat {
  readonly platform = 'web';
  readonly #options: WebOptions;
  readonly #server: Server;
  readonly #streams: Streams;
  #hear: Hear | undefined;
  #gate: Gate | undefined;
  #port = 0;

  constructor(options: WebOptions) {
    this.#options = options;
    this.#streams = new Streams(options.checkMs ?? CHECK);
    // Whoever sends slowly holds nothing for long; what is answered may take its time.
    this.#server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5000 }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => fail(response, error));
    });
  }

  /** Begins to listen. Throws when the port is taken. */
  async listen(hear: Hear): Promise<void> {
    this.#hear = hear;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port, '127.0.0.1', resolve);
    });
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address ? address.port : 0;
    this.#gate = this.#options.gate(this.#port);
  }

  /** The address people open it by. */
  get url(): string {
    return this.#gate?.url ?? '';
  }

  /** Where it listens, on loopback. */
  get port(): number {
    return this.#port;
  }

  /** Whether anybody is looking. */
  get isWatched(): boolean {
    return this.#streams.isWatched;
  }

  /** Shows a card to everyone who is looking and may see it. */
  async show(message: Message): Promise<Shown> {
    if (message.kind === 'card') this.#streams.show(message);
    return { post: undefined, sent: 0 };
  }

  async close(): Promise<void> {
    this.#streams.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gate = this.#gate;
    if (!gate) throw NOT_READY();
    for (const serve of this.#options.besides ?? []) if (await serve(request, response, this.#port)) return;
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!gate.isOurs(request.headers.host)) throw new Bad(421, say({ en: 'this is not the address of this console', zh: '这不是本控制台的地址' }));
    // A link to sign in opens the page and no more: what stands after its `#` is not sent, so that a preview of the link burns nothing.
    if (request.method === 'GET' && !url.pathname.startsWith('/api/')) return page(url.pathname, response);
    if (!gate.mayCall(request)) throw new Bad(403, NOT_YOURS);
    const { practice, version } = { practice: this.#options.signIn === undefined, version: this.#options.version };
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /api/hello': {
        if (practice) return json(response, 200, { practice, version, people: await this.#options.people() });
        const caller = await this.#signedIn(request, gate);
        return json(response, 200, { practice, people: [], ...(caller ? { version, person: caller.person } : { person: null }) });
      }
      case 'POST /api/login':
        return this.#login(request, response, gate);
      case 'POST /api/logout': {
        const session = gate.session(request);
        if (session !== undefined) await this.#safely(async () => this.#options.signIn?.leave(session, gate.visitor(request)));
        return json(response, 200, {}, { 'set-cookie': gate.cookie('', 0) });
      }
      case 'POST /api/factor': {
        onlyPages(request);
        const { person } = await this.#caller(request, gate, (await this.#body(request, gate, beginBody)).as);
        return json(response, 200, await this.#safely(() => begun(this.#options.enrolling, person, gate.visitor(request))));
      }
      case 'POST /api/factor/prove': {
        onlyPages(request);
        const { as, code } = await this.#body(request, gate, proveBody);
        const { person } = await this.#caller(request, gate, as);
        await this.#safely(() => proven(this.#options.enrolling, person, code, gate.visitor(request)));
        return json(response, 200, {});
      }
      case 'GET /api/cards': {
        const caller = await this.#caller(request, gate, url.searchParams.get('as'));
        const still = async () => (await this.#signedIn(request, gate))?.person.id === caller.person.id;
        return this.#streams.open({ person: caller.person, response }, () => this.#safely(() => this.#options.recent()), practice ? undefined : still);
      }
      case 'GET /api/complete': {
        const { person } = await this.#caller(request, gate, url.searchParams.get('as'));
        return json(response, 200, await this.#options.complete(person.id, (url.searchParams.get('text') ?? '').slice(0, 1000)));
      }
      case 'GET /api/file': {
        const asked = url.searchParams;
        const { person } = await this.#caller(request, gate, asked.get('as'));
        const found = await this.#safely(() => this.#options.file(person.id, asked.get('card') ?? '', asked.get('file') ?? undefined));
        if (!found) throw new Bad(404, say({ en: 'there is no such file for you, or it is kept no more', zh: '没有您可查看的此文件，或文件已不再保留' }));
        return text(response, found.name, found.text);
      }
      case 'POST /api/said': {
        const { as, text, event, terminal } = await this.#body(request, gate, saidBody);
        const from = this.#from(await this.#caller(request, gate, as, terminal), event);
        return json(response, 202, await this.#safely(() => this.#listener().said({ ...from, text })));
      }
      case 'POST /api/pressed': {
        const { as, event, reason, fields, terminal, ...press } = await this.#body(request, gate, pressedBody);
        const from = this.#from(await this.#caller(request, gate, as, terminal), event);
        const filled = reason === undefined ? fields : { ...fields, reason: [reason] };
        return json(response, 202, await this.#safely(() => this.#listener().pressed({ ...from, ...press, fields: filled })));
      }
      default:
        throw new Bad(404, say({ en: 'there is no such page', zh: '没有此页面' }));
    }
  }

  /** A page is given the session as a cookie that no script can read; a program is told it. */
  async #login(request: IncomingMessage, response: ServerResponse, gate: Gate): Promise<void> {
    const { signIn } = this.#options;
    if (!signIn) throw new Bad(404, say({ en: 'in practice nobody signs in: say who you are', zh: '练习模式无需登录：请选择身份' }));
    const { token, terminal } = await body(request, loginBody, LARGEST_LOGIN);
    if (terminal) onlyPrograms(request);
    else onlyPages(request);
    const former = gate.session(request);
    const entered = await this.#safely(() => signIn.enter(token, terminal ? 'terminal' : 'web', gate.visitor(request)));
    if (!entered) throw new Bad(403, USED);
    if (former !== undefined) await this.#safely(() => signIn.leave(former, gate.visitor(request))); // nobody could end it any more
    const { session, person, until } = entered;
    if (terminal) return json(response, 200, { session, person, until });
    return json(response, 200, { person, until }, { 'set-cookie': gate.cookie(session, Math.max(1000, until - Date.now())) });
  }

  async #signedIn(request: IncomingMessage, gate: Gate): Promise<Caller | undefined> {
    const { signIn } = this.#options;
    const session = gate.session(request);
    if (!signIn || session === undefined) return undefined;
    const found = await this.#safely(() => signIn.who(session));
    return found && { ...found, session };
  }

  /** Who calls. In practice whoever they say; else who is signed in, and nobody else whatever they say. */
  async #caller(request: IncomingMessage, gate: Gate, as: string | null | undefined, terminal?: true): Promise<Caller> {
    if (!this.#options.signIn) return { person: await this.#person(as ?? ''), via: terminal ? 'terminal' : 'web' };
    const caller = await this.#signedIn(request, gate);
    if (!caller) throw new Bad(401, SIGNED_OUT);
    if (as !== null && as !== undefined && as !== caller.person.id)
      throw new Bad(403, say({ en: 'you are {name}', zh: '您是 {name}' }, { name: caller.person.name }));
    return caller;
  }

  /** Nobody's words are read before it is known whose they are. */
  async #body<T>(request: IncomingMessage, gate: Gate, schema: z.ZodType<T>): Promise<T> {
    if (this.#options.signIn) await this.#caller(request, gate, undefined);
    return body(request, schema);
  }

  #from({ person, via, through }: Caller, event: string = crypto.randomUUID()) {
    return { event: `${person.id} ${event}`, from: person.id, place: this.#options.place(via), lateMs: 0, ...(through ? { through } : {}) };
  }

  #listener(): Hear {
    if (!this.#hear) throw NOT_READY();
    return this.#hear;
  }

  /** An event is taken when it is on disk, and not before: else the person is told. */
  async #safely<T>(take: () => Promise<T>): Promise<T> {
    const away = say({ en: 'not taken: the queue (Redis) does not answer. Try again in a moment', zh: '未受理：队列（Redis）没有回应，请稍后再试' });
    let timer: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([take(), new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Bad(503, away)), 4000)))]);
    } catch (error) {
      throw error instanceof Bad ? error : new Bad(503, away);
    } finally {
      clearTimeout(timer);
    }
  }

  async #person(id: string): Promise<ConsolePerson> {
    const people = await this.#safely(() => this.#options.people());
    const person = people.find((one) => one.id === id);
    if (!person) {
      const known = people.map((one) => one.id).join(', ');
      throw new Bad(400, say({ en: 'there is no person “{id}”; there is: {known}', zh: '没有“{id}”这个人；现有：{known}' }, { id, known }));
    }
    return person;
  }
}

const NOT_READY = () => new Bad(503, say({ en: 'not ready yet', zh: '尚未就绪' }));
