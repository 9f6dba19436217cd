import { type Said, say } from '../../core/words.ts';
import { troubleOf } from './trouble.ts';

/** What does not pass by waiting. */
const FINAL: readonly unknown[] = ['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'not_allowed_token_type'];

/** No reason is known. */
const NONE = '';

/** Tells that there is no connection, when there has been none for a while or when there can be none. */
export class Away {
  readonly #afterMs: number;
  readonly #tell: (why: Said | undefined) => void;
  #timer: NodeJS.Timeout | undefined;
  #why = NONE;
  #stopped = false;

  constructor(afterMs: number, tell: (why: Said | undefined) => void) {
    this.#afterMs = afterMs;
    this.#tell = tell;
  }

  /** There is a connection, or none; `error`: why the last attempt failed. */
  changed(up: boolean, error?: unknown): void {
    if (this.#stopped) return;
    if (up) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#why = NONE;
      this.#tell(undefined);
      return;
    }
    if (error instanceof Error) this.#why = troubleOf(error) ?? error.message;
    if (FINAL.includes(this.#why)) this.#say();
    else this.#timer ??= setTimeout(() => this.#say(), this.#afterMs).unref();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #say(): void {
    const none = say({ en: 'no connection to Slack', zh: '与 Slack 没有连接' });
    this.#tell(this.#why === NONE ? none : say({ en: '{none}: {why}', zh: '{none}：{why}' }, { none, why: this.#why }));
  }
}
