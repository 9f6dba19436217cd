import type { Program } from '../support/processes.ts';

/** A process that ended without being asked to. */
export interface Surprise {
  readonly name: string;
  readonly at: number;
  readonly how: string;
  readonly said: string;
}

/** How long a process that ended by itself stays down, in milliseconds. */
const RESTART = 300;

/** Once set, nothing is started again. */
let over = false;

/** From now on nothing is started again: everything is about to be ended. */
export function letGo(): void {
  over = true;
}

/** Most of what is kept of what a part has said, in characters. */
const KEPT = 20_000;

/** A process that is started again whenever it ends, as a supervisor does. */
export class Supervised {
  readonly name: string;
  /** Processes that ended by themselves. */
  readonly surprises: Surprise[] = [];
  readonly #start: () => Program;
  #current: Program;
  #asked: { readonly down: number } | undefined;
  #closed = false;
  #said = '';
  #up: Promise<number>;

  constructor(name: string, start: () => Program) {
    this.name = name;
    this.#start = start;
    this.#current = start();
    this.#up = Promise.resolve(Date.now());
    this.#watch();
  }

  /** The process that runs now, or ran last. */
  get program(): Program {
    return this.#current;
  }

  /** The last that it and those before it have said. */
  get log(): string {
    return `${this.#said}${this.#current.over ? '' : `${this.#current.out}${this.#current.err}`}`.slice(-KEPT);
  }

  /** Ends it by a signal; resolves with the moment at which it was started again. One that is down already is left to come back. */
  async end(signal: NodeJS.Signals, down: number): Promise<number> {
    if (this.#current.over) return this.#up;
    this.#asked = { down };
    this.#current.child.kill(signal);
    await this.#current.ended.catch(() => undefined);
    return this.#up;
  }

  /** Stops it with SIGSTOP until `ms` have passed; resolves with the moment at which it went on. */
  async pause(ms: number): Promise<number> {
    this.#current.child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#current.child.kill('SIGCONT');
    return Date.now();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#current.child.kill('SIGKILL');
    await this.#current.ended.catch(() => undefined);
  }

  #watch(): void {
    const program = this.#current;
    program.ended
      .catch((error: unknown) => ({ code: null, signal: null, out: '', err: String(error) }))
      .then(({ code, signal, out, err }) => {
        this.#said = `${this.#said}${out}${err}\n--- ended: ${signal ?? `exit ${code}`}\n`.slice(-KEPT);
        if (this.#closed || over) return;
        const asked = this.#asked;
        this.#asked = undefined;
        if (!asked) this.surprises.push({ name: this.name, at: Date.now(), how: signal ?? `exit ${code}`, said: `${out}${err}`.slice(-2000) });
        const up = Promise.withResolvers<number>();
        this.#up = up.promise;
        setTimeout(() => {
          if (!this.#closed && !over) {
            this.#current = this.#start();
            this.#watch();
          }
          up.resolve(Date.now());
        }, asked?.down ?? RESTART);
      });
  }
}
