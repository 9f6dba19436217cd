/** What the bot said that it took: of each fingerprint the last status, counted by who sent it. */
export class Ledger {
  /** By source and fingerprint: whether the last that was taken of it said that it fires. */
  readonly told = new Map<string, 'firing' | 'resolved'>();
  readonly counts = { bodies: 0, alerts: 0, again: 0, refused: 0, malformed: 0, given: 0 };
  /** How long each answer took, in milliseconds. */
  readonly answers: number[] = [];

  /** A body was answered 2xx. */
  took(source: string, said: readonly { readonly fingerprint: string; readonly status: 'firing' | 'resolved' }[]): void {
    this.counts.bodies++;
    this.counts.alerts += said.length;
    for (const { fingerprint, status } of said) this.told.set(`${source} ${fingerprint}`, status);
  }
}
