import type { Hear } from '../../core/chat.ts';
import type { Said } from '../../core/words.ts';

/** Whether the bot can hear, by everything that bears on it; said when it changes. */
export class Hearing {
  readonly #tell: Hear['hearing'];
  readonly #troubles = new Map<string, Said>();
  #heard = Date.now();
  #told: boolean | undefined;

  constructor(tell: Hear['hearing']) {
    this.#tell = tell;
  }

  /** Something was heard just now. */
  heard(): void {
    this.#heard = Date.now();
  }

  /** What is wrong, by the name of what looks; undefined when nothing is. */
  says(name: string, why: Said | undefined, since = this.#heard): void {
    if (why) this.#troubles.set(name, why);
    else this.#troubles.delete(name);
    const hears = this.#troubles.size === 0;
    if (hears === this.#told) return;
    this.#told = hears; // also the first time: another process may have said otherwise
    this.#tell(hears ? { hears, since: Date.now() } : { hears, since, ...(why ? { why } : {}) });
  }
}
