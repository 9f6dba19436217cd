/** Hands out the identifiers and timestamps of one workspace: no two alike, timestamps always rising. */
export class Ids {
  #count = 0;
  #last = 0;

  /** An id of Slack's look: a prefix and eleven characters in all. */
  next(prefix: string): string {
    this.#count++;
    return `${prefix}0${this.#count
      .toString(36)
      .toUpperCase()
      .padStart(10 - prefix.length, 'X')}`;
  }

  /** A message timestamp: seconds and six digits that make it unique in its channel. */
  ts(): string {
    const now = Math.max(Math.floor(Date.now() * 1000), this.#last + 1);
    this.#last = now;
    return `${Math.floor(now / 1_000_000)}.${String(now % 1_000_000).padStart(6, '0')}`;
  }

  /** A trigger: three parts, as views.open wants them. */
  trigger(): string {
    this.#count++;
    return `${this.#count}.${Date.now()}.${crypto.randomUUID().replaceAll('-', '')}`;
  }
}
