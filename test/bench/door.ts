import { ConsoleClient } from '../../src/chat/client.ts';

/** States in which a request is over. */
const OVER = ['done', 'failed', 'unknown', 'refused', 'rejected', 'cancelled', 'expired'];

/** A person at the public door: says lines over HTTP and sees cards on the event stream. */
export class Door {
  readonly #client: ConsoleClient;
  readonly #person: string;
  readonly #stop = new AbortController();
  /** Who waits for a card, by ticket; or the state it came to before anyone waited. */
  readonly #waiting = new Map<string, (state: string) => void>();
  readonly #early = new Map<string, string>();
  /** Cards received so far. */
  cards = 0;

  constructor(at: { readonly url: string; readonly token: string }, person = 'alice') {
    this.#client = new ConsoleClient(at);
    this.#person = person;
  }

  /** Opens the event stream; resolves once it is through with what there was. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listen(resolve).catch((error: unknown) => {
        if (!this.#stop.signal.aborted) reject(error);
      });
    });
  }

  async #listen(ready: () => void): Promise<void> {
    for await (const { card } of this.#client.cards(this.#person, this.#stop.signal, ready)) {
      this.cards++;
      const state = card.ticket?.state ?? '';
      if (!OVER.includes(state)) continue;
      const go = this.#waiting.get(card.id);
      this.#waiting.delete(card.id);
      if (go) go(state);
      else this.#early.set(card.id, state);
    }
  }

  /** Says a line; resolves when its card is done. Throws when it comes to anything else. */
  async ask(text: string): Promise<void> {
    const ticket = await this.#client.said(this.#person, text, crypto.randomUUID());
    const state = this.#early.get(ticket) ?? (await this.#over(ticket, text));
    this.#early.delete(ticket);
    if (state !== 'done') throw new Error(`“${text}” came to ${state}`);
  }

  #over(ticket: string, text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`“${text}” was not done in 20 s`)), 20_000);
      this.#waiting.set(ticket, (state) => {
        clearTimeout(timer);
        resolve(state);
      });
    });
  }

  close(): void {
    this.#stop.abort();
  }
}
