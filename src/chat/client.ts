import { z } from 'zod';
import type { FlatCard } from '../core/flatten.ts';

/** A card as the console's stream sends it. */
export interface Received {
  readonly card: FlatCard;
  readonly at: number;
  readonly by: string;
  readonly private: boolean;
  readonly heard: readonly string[];
}

/** The bot said no to a call; the message is for people. */
export class CallError extends Error {
  override readonly name: string = 'CallError';
}

/** There is no bot any more to talk to. */
export class Gone extends CallError {
  override readonly name = 'Gone';
  constructor(why: unknown) {
    super(`the bot went away: ${why instanceof Error ? why.message : why}`);
  }
}

const person = z.object({ id: z.string(), name: z.string(), lang: z.enum(['en', 'zh']) });
/** `people`: who one may be, in practice; `person`: who is signed in. */
const hello = z.object({ practice: z.boolean(), people: z.array(person), person: person.nullish() });
const entered = z.object({ session: z.string().min(1), person, until: z.number() });
const completion = z.object({ from: z.number(), choices: z.array(z.object({ text: z.string(), hint: z.string() })) });
/** `answer`: the card of a refusal, if it comes to one; `ticket`: what was pressed; `heard`: how its card will name this press. */
const accepted = z.object({ answer: z.string(), ticket: z.string(), heard: z.string() });
const heard = z.object({ ticket: z.string(), pressed: z.object({ ticket: z.string(), heard: z.string() }).optional() });
const failure = z.object({ error: z.string() });

/** Said in a terminal, where no card is seen but the one that answers; who is signed in there need not say so. */
interface Terminal {
  readonly terminal?: true;
}

/** Speaks the console's API, as the terminal does. */
export class ConsoleClient {
  readonly #url: string;
  readonly #token: string | undefined;

  /** `token`: what lets the terminal in, in practice; else the session, if there is one. */
  constructor(at: { readonly url: string; readonly token?: string }) {
    this.#url = at.url;
    this.#token = at.token;
  }

  /** Burns a one-time link: the session it gives, whose it is, and until when. */
  async login(link: string): Promise<z.infer<typeof entered>> {
    return entered.parse(await this.#post('/api/login', { token: link, terminal: true }));
  }

  /** Ends this session. */
  async logout(): Promise<void> {
    await this.#post('/api/logout', {});
  }

  async hello(): Promise<z.infer<typeof hello>> {
    return hello.parse(await this.#get('/api/hello'));
  }

  async complete(as: string, text: string): Promise<z.infer<typeof completion>> {
    return completion.parse(await this.#get(`/api/complete?${new URLSearchParams({ as, text })}`));
  }

  /** The text of a card's file, by its name, or of the first. Throws CallError where there is none for whom asks. */
  async file(as: string, card: string, name?: string): Promise<string> {
    return (await this.#call(`/api/file?${new URLSearchParams({ as, card, ...(name === undefined ? {} : { file: name }) })}`, {})).text();
  }

  /** Says a line; the ticket it makes. */
  async said(as: string, text: string, event: string): Promise<string> {
    return (await this.heard(as, text, event)).ticket;
  }

  /** Says a line; the ticket it makes, and what it pressed if it was a reply code. */
  async heard(as: string, text: string, event: string, from: Terminal = {}): Promise<z.infer<typeof heard>> {
    return heard.parse(await this.#post('/api/said', { as, text, event, ...from }));
  }

  async pressed(
    as: string,
    press: { ticket?: string; code: string; action: string; reason?: string; fields?: Readonly<Record<string, readonly string[]>> },
    event: string,
    from: Terminal = {},
  ): Promise<z.infer<typeof accepted>> {
    return accepted.parse(await this.#post('/api/pressed', { as, ...press, event, ...from }));
  }

  /** Cards as they change, first those that are there. Ends when the bot goes away or `signal` fires. `ready` is called once the first ones are through. */
  async *cards(as: string, signal: AbortSignal, ready: () => void = () => undefined): AsyncGenerator<Received> {
    const response = await this.#call(`/api/cards?${new URLSearchParams({ as })}`, { signal });
    if (!response.body) return;
    let buffer = '';
    try {
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        buffer += chunk;
        for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
          const event = buffer.slice(0, end);
          buffer = buffer.slice(end + 2);
          if (event.startsWith('event: ready')) ready();
          const data = /^data: (.*)$/m.exec(event)?.[1];
          if (event.startsWith('event: card') && data !== undefined) {
            const received: Received = JSON.parse(data);
            yield received;
          }
        }
      }
    } catch (error) {
      if (!signal.aborted) throw new Gone(error);
    }
  }

  async #get(path: string): Promise<unknown> {
    return (await this.#call(path, {})).json();
  }

  async #post(path: string, value: unknown): Promise<unknown> {
    return (await this.#call(path, { method: 'POST', body: JSON.stringify(value), headers: { 'content-type': 'application/json' } })).json();
  }

  async #call(path: string, init: RequestInit): Promise<Response> {
    const headers = { 'user-agent': 'hostler', ...init.headers, ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }) };
    // Not to another address with it, wherever one is sent.
    const response = await fetch(this.#url + path, { redirect: 'error', ...init, headers }).catch((error: unknown) => {
      throw init.signal?.aborted ? error : new Gone(error);
    });
    if (response.ok) return response;
    const said = failure.safeParse(await response.json().catch(() => undefined));
    throw new CallError(said.success ? said.data.error : `the bot answered ${response.status}`);
  }
}
