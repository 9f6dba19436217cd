import type { Hear } from '../../core/chat.ts';
import { type Said, say } from '../../core/words.ts';
import { isCode, saidOf } from './trouble.ts';

/** Tells the gateway when the bot is deaf, and when it hears again; once each. */
export class Hearing {
  readonly #say: Hear['hearing'];
  readonly #now: () => number;
  readonly #patience: number;
  readonly #timer: NodeJS.Timeout;
  #hears: boolean | undefined;
  #last: number;
  #why: Said | undefined;

  /** `patience`: milliseconds without an answer after which it is deaf. */
  constructor(tell: Hear['hearing'], now: () => number, patience: number) {
    this.#say = tell;
    this.#now = now;
    this.#patience = patience;
    this.#last = now();
    this.#timer = setInterval(() => this.#look(), Math.max(50, patience / 12)).unref();
  }

  /** The homeserver has answered, and what it said is taken. */
  ok(): void {
    this.#last = this.#now();
    this.#why = undefined;
    if (this.#hears) return;
    this.#hears = true;
    this.#say({ hears: true, since: this.#last });
  }

  /** It has not. A token that is not valid any more makes deaf at once. */
  failed(error: unknown): void {
    const token = isCode(error, 'M_UNKNOWN_TOKEN', 'M_MISSING_TOKEN', 'M_USER_DEACTIVATED');
    this.#why = token ? say({ en: 'the homeserver does not accept the bot’s token any more', zh: '主服务器不再接受机器人的令牌' }) : saidOf(error);
    if (token) this.#deaf();
    else this.#look();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#now() - this.#last > this.#patience) this.#deaf();
  }

  #deaf(): void {
    if (this.#hears === false) return;
    this.#hears = false;
    this.#say({ hears: false, since: this.#last, why: this.#why ?? say({ en: 'the homeserver does not answer', zh: '主服务器没有应答' }) });
  }
}
