import type { Signal } from './alert.ts';

/** What runbooks did by themselves, each by its runbook and host. */
export interface Remedies {
  /** Whether it may be asked for this alert: `spent`: as often as it may within a day; `stopped`: it did not help the last time, and nobody has done it by hand since. The same alert again: the same. */
  begin(name: string, alert: string, when: { readonly at: number; readonly perDay: number }): Promise<'go' | 'spent' | 'stopped'>;
  /** What came of it: in vain for an alert, or done by hand, and when. Told again it changes nothing. */
  learn(name: string, what: { readonly vain?: { readonly alert: string; readonly at: number }; readonly byHand?: number }): Promise<void>;
}

/** What each watch found, changed only by compare-and-set. */
export interface Watches {
  names(): Promise<readonly string[]>;
  get(name: string): Promise<Watched | undefined>;
  /** False when `was` is not what there is. */
  change(name: string, was: Watched | undefined, next: Watched | undefined): Promise<boolean>;
}
export interface Watched {
  readonly format: 1;
  /** The request under way. */
  readonly asked?: { readonly ticket: string; readonly at: number };
  /** What it found the last time. */
  readonly fires: readonly Signal[];
  /** What keeps it from seeing. */
  readonly trouble?: Signal;
}
