/** Those who are listened to before it is known who they are: so many at once. A new one takes the place of the oldest of whoever has the most. */
export class Crowd {
  readonly #most: number;
  readonly #all = new Set<{ readonly from: string; readonly leave: AbortController }>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Reads what comes from an address. The signal says that somebody else has its place. */
  async within<T>(from: string, read: (leave: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#all.size >= this.#most) this.#makeRoom();
    const mine = { from, leave: new AbortController() };
    this.#all.add(mine);
    return read(mine.leave.signal).finally(() => this.#all.delete(mine));
  }

  /** Who stands there and says nothing goes: what is sent by right is read in a moment. */
  #makeRoom(): void {
    const counts = new Map<string, number>();
    for (const { from } of this.#all) counts.set(from, (counts.get(from) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const oldest = [...this.#all].find(({ from }) => counts.get(from) === most);
    if (!oldest) return;
    this.#all.delete(oldest);
    oldest.leave.abort();
  }
}
