import type { Vouched } from './schedules/schedule.ts';
import type { Risk } from './types.ts';

/** Why a ticket exists that nobody typed out (of `alert`: a button of its card was pressed; `remedy`: nobody did); `glass`: it was typed behind `break-glass`, and `ticket` is empty. `granted`: what was approved there covers a plan of this risk here. */
export interface Origin {
  readonly kind: 'undo' | 'resume' | 'expire' | 'glass' | 'alert' | 'watch' | 'schedule' | 'remedy';
  /** Of `alert` and `remedy` the alert, of `watch` the watch, of `schedule` the schedule. */
  readonly ticket: string;
  readonly granted?: Risk;
  /** Of `schedule`: that covers plans of this class only. */
  readonly class?: string;
  /** Of `schedule`: who approved that; judged again each time. */
  readonly vouched?: Vouched;
}
/** What a line lacks. `path`: its command, or the family whose command was not named; then `names` is empty. `line`: as it stands, in plain words. */
export interface Missing {
  readonly path: string;
  /** Arguments and options that cannot be left out. */
  readonly names: readonly string[];
  readonly line: string;
}
/** Someone's word on what nobody could find out. */
export interface Mark {
  readonly by: string;
  readonly at: number;
  readonly as: 'done' | 'failed';
  readonly reason: string;
}

/** Why who asked wants it. */
export interface Reason {
  readonly by: string;
  readonly at: number;
  readonly text: string;
}
