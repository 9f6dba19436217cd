import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { CardMessage, Chat, Hear, Message, Shown } from '../core/chat.ts';
import type { Completion } from '../core/complete.ts';
import { type FlatCard, flatten } from '../core/flatten.ts';
import { type Place, PRESSES } from '../core/types.ts';
import { type Lang, say } from '../core/words.ts';
import { Bad, body, equal, fail, json, page } from './http.ts';

/** A person as the console's identity switch shows them. */
export interface ConsolePerson {
  readonly id: string;
  readonly name: string;
  readonly lang: Lang;
  readonly roles: readonly string[];
}

export interface WebOptions {
  readonly port: number;
  /** Lets in who sends no Origin: the terminal. */
  readonly token: string;
  readonly version: string;
  /** Where everything said here is shown. */
  readonly place: Place;
  people(): Promise<readonly ConsolePerson[]>;
  recent(): Promise<readonly CardMessage[]>;
  complete(person: string, text: string): Promise<Completion>;
}

interface Client {
  readonly person: ConsolePerson;
  readonly response: ServerResponse;
}

/** Most bytes a reader may lag behind before it is sent away. */
const LAG = 8_388_608;

const saidBody = z.object({ as: z.string(), text: z.string(), event: z.string().max(100).optional() });
const pressedBody = z.object({
  as: z.string(),
  ticket: z.string().default(''),
  code: z.string().default(''),
  action: z.enum(PRESSES),
  reason: z.string().max(500).optional(),
  fields: z.record(z.string().max(60), z.array(z.string().max(2000)).max(200)).default({}),
  event: z.string().max(100).optional(),
});

/** The web console: one page, and the API that it and the terminal speak. Loopback only. */
export class WebChat implements Chat {
  readonly platform = 'web';
  readonly #options: WebOptions;
  readonly #server: Server;
  readonly #clients = new Set<Client>();
  #hear: Hear | undefined;
  #port = 0;

  constructor(options: WebOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
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
  }

  /** The console's address. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Shows a card to everyone who is looking and may see it. */
  async show(message: Message): Promise<Shown> {
    if (message.kind === 'card') for (const client of this.#clients) push(client, message);
    return { post: undefined, sent: 0 };
  }

  async close(): Promise<void> {
    for (const { response } of this.#clients) response.end();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!this.#isOurs(request.headers.host)) throw new Bad(421, say({ en: 'this is not the address of this console', zh: '这不是本控制台的地址' }));
    if (request.method === 'GET' && !url.pathname.startsWith('/api/')) return page(url.pathname, response);
    if (!this.#mayCall(request)) throw new Bad(403, say({ en: 'this page may not speak for you', zh: '此页面无权代表您' }));
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /api/hello':
        return json(response, 200, { practice: true, version: this.#options.version, people: await this.#options.people() });
      case 'GET /api/cards':
        return this.#stream(await this.#person(url.searchParams.get('as')), request, response);
      case 'GET /api/complete': {
        const person = await this.#person(url.searchParams.get('as'));
        return json(response, 200, await this.#options.complete(person.id, (url.searchParams.get('text') ?? '').slice(0, 1000)));
      }
      case 'POST /api/said': {
        const { as, text, event } = await body(request, saidBody);
        await this.#person(as);
        return json(response, 202, await this.#safely(() => this.#listener().said({ ...this.#from(as, event), text })));
      }
      case 'POST /api/pressed': {
        const { as, event, reason, fields, ...press } = await body(request, pressedBody);
        await this.#person(as);
        const filled = reason === undefined ? fields : { ...fields, reason: [reason] };
        return json(response, 202, await this.#safely(() => this.#listener().pressed({ ...this.#from(as, event), ...press, fields: filled })));
      }
      default:
        throw new Bad(404, say({ en: 'there is no such page', zh: '没有此页面' }));
    }
  }

  #from(as: string, event: string = crypto.randomUUID()) {
    return { event: `${as} ${event}`, from: as, place: this.#options.place, lateMs: 0 };
  }

  #listener(): Hear {
    if (!this.#hear) throw new Bad(503, say({ en: 'not ready yet', zh: '尚未就绪' }));
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

  #isOurs(host: string | undefined): boolean {
    return [`127.0.0.1:${this.#port}`, `localhost:${this.#port}`].includes(host ?? '');
  }

  /** A page of ours in a browser, or the terminal with its token. Another site's page is neither. */
  #mayCall({ headers }: IncomingMessage): boolean {
    const [scheme, token] = (headers.authorization ?? '').split(' ');
    if (scheme === 'Bearer' && token !== undefined) return equal(token, this.#options.token);
    if (headers.origin !== undefined) return [`http://127.0.0.1:${this.#port}`, `http://localhost:${this.#port}`].includes(headers.origin);
    return headers['sec-fetch-site'] === 'same-origin';
  }

  async #person(id: string | null): Promise<ConsolePerson> {
    const people = await this.#safely(() => this.#options.people());
    const person = people.find((one) => one.id === id);
    if (!person) {
      const known = people.map((one) => one.id).join(', ');
      throw new Bad(400, say({ en: 'there is no person “{id}”; there is: {known}', zh: '没有“{id}”这个人；现有：{known}' }, { id: id ?? '', known }));
    }
    return person;
  }

  async #stream(person: ConsolePerson, request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.write('retry: 1000\n\n');
    const client: Client = { person, response };
    this.#clients.add(client);
    const beat = setInterval(() => response.write(': still here\n\n'), 15_000);
    request.on('close', () => {
      clearInterval(beat);
      this.#clients.delete(client);
    });
    for (const shown of await this.#safely(() => this.#options.recent())) push(client, shown);
    response.write('event: ready\ndata: {}\n\n');
  }
}

function push({ person, response }: Client, { card: shown, about }: CardMessage): void {
  if (!about.sees(person.id)) return;
  if (response.writableLength > LAG) {
    response.destroy();
    return;
  }
  const card: FlatCard = flatten(shown, person.lang);
  response.write(`event: card\ndata: ${JSON.stringify({ card, at: about.at, by: about.by, private: about.private, heard: about.heard })}\n\n`);
}
