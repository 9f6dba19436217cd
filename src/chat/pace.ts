/** How fast a chat may be written to. */
export interface Pace {
  /** Messages a second in the long run, and how many may go at once. */
  readonly perSecond: number;
  readonly burst: number;
  /** Least time between two edits of a card that only show progress, in milliseconds. */
  readonly editMs: number;
  /** Edits have a limit of their own: so many a minute, in all rooms together. */
  readonly editsPerMinute?: number;
  /** Least time between two messages in a room that has said that there are too many, in milliseconds. */
  readonly roomMs?: number;
  /** When it is looked for what a chat did late and so twice, in milliseconds since it stood, ever later. */
  readonly looksMs?: readonly number[];
  /** How many messages are under way at once. */
  readonly abreast: number;
}

/** The share of a card's age that passes between two edits for progress. */
const SHARE = 0.05;
/** And the most of it, in milliseconds: what stands for days, such as an alert, is not to be minutes behind. */
const LONGEST_PROGRESS = 30_000;

/** When the next edit that only shows progress may go, by when a card was first and last shown. */
export function nextEdit({ editMs }: Pace, { shownAt, firstAt }: { readonly shownAt: number; readonly firstAt: number }): number {
  return shownAt + Math.max(editMs, Math.min(SHARE * (shownAt - firstAt), LONGEST_PROGRESS));
}

/** A bucket of tokens: one a message. What was spent beyond it is waited for. */
export class Bucket {
  readonly #pace: Pace;
  readonly #now: () => number;
  #tokens: number;
  #at: number;
  #until = 0;

  constructor(pace: Pace, now: () => number) {
    this.#pace = pace;
    this.#now = now;
    this.#tokens = pace.burst;
    this.#at = now();
  }

  /** Milliseconds until there are this many tokens; 0 when there are. */
  waitFor(tokens: number): number {
    this.#fill();
    const pause = Math.max(0, this.#until - this.#at);
    const missing = Math.min(tokens, this.#pace.burst) - this.#tokens;
    return missing <= 0 ? pause : Math.max(pause, Math.ceil((missing / this.#pace.perSecond) * 1000));
  }

  spend(tokens: number): void {
    this.#fill();
    this.#tokens -= tokens;
  }

  /** Nothing goes for so long; the chat said so, and so nothing is left to spend. */
  pause(ms: number): void {
    this.#fill();
    this.#tokens = Math.min(this.#tokens, 0);
    this.#until = Math.max(this.#until, this.#at + ms);
  }

  #fill(): void {
    const now = this.#now();
    this.#tokens = Math.min(this.#pace.burst, this.#tokens + ((now - this.#at) / 1000) * this.#pace.perSecond);
    this.#at = now;
  }
}
