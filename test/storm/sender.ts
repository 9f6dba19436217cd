import { bodyOf, type Group } from './bodies.ts';
import type { Ledger } from './ledger.ts';
import type { Sources } from './sources.ts';

/** Longest wait for one answer, and between one attempt and the next, in milliseconds. */
const ANSWER = 5000;
const AGAIN: readonly [number, number] = [100, 1000];

/** Where alerts are sent. */
export interface Hook {
  readonly url: string;
  readonly secret: string;
}

/** Sends what sources say to the bot's door, so many alerts a minute. What is not taken is sent again, as Alertmanager does. */
export class Sender {
  readonly #hook: Hook;
  readonly #ledger: Ledger;
  readonly #sources: Sources;
  /** Groups of which something is on its way. */
  readonly #busy = new Map<Group | string, Promise<void>>();

  constructor(hook: Hook, ledger: Ledger, sources: Sources) {
    this.#hook = hook;
    this.#ledger = ledger;
    this.#sources = sources;
  }

  /** Sends for so long; resolves when everything was answered. */
  async run(perMinute: number, ms: number): Promise<void> {
    const from = performance.now();
    let sent = 0;
    for (let now = 0; now < ms; now = performance.now() - from) {
      while (sent < (perMinute * now) / 60_000) sent += this.#send();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Promise.all(this.#busy.values());
  }

  /** Begins to send the next thing; how many alerts it has. */
  #send(): number {
    const next = this.#sources.next((group) => !this.#busy.has(group));
    if ('malformed' in next) {
      this.#ledger.counts.given++;
      this.#keep(
        crypto.randomUUID(),
        this.#post('prometheus', next.malformed, 422).then(() => void this.#ledger.counts.malformed++),
      );
      return 1;
    }
    const { group } = next;
    const said = next.said.map(({ fingerprint, status }) => ({ fingerprint, status }));
    if (said.length === 0) return 1;
    this.#ledger.counts.given++;
    this.#keep(
      group,
      this.#post(group.source, bodyOf(group, next.said), 202).then(() => this.#ledger.took(group.source, said)),
    );
    return said.length;
  }

  #keep(name: Group | string, work: Promise<void>): void {
    this.#busy.set(
      name,
      work.finally(() => this.#busy.delete(name)),
    );
  }

  /** Until it is answered so. Throws when it is answered what it never should be. */
  async #post(source: string, body: string, wanted: number): Promise<void> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.#hook.secret}` };
    for (let wait = AGAIN[0]; ; wait = Math.min(2 * wait, AGAIN[1])) {
      const from = performance.now();
      const status = await fetch(`${this.#hook.url}/hooks/${source}`, { method: 'POST', headers, body, signal: AbortSignal.timeout(ANSWER) }).then(
        async (answer) => {
          await answer.arrayBuffer();
          return answer.status;
        },
        () => 0,
      );
      if (status === wanted) return void this.#ledger.answers.push(performance.now() - from);
      if (status !== 0 && status !== 429 && status !== 503) throw new Error(`a body of ${source} was answered ${status}, not ${wanted}: ${body.slice(0, 300)}`);
      this.#ledger.counts.again++;
      if (status !== 0) this.#ledger.counts.refused++;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
