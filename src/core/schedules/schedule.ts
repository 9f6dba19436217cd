import type { Place, Risk } from '../types.ts';

/** When something is asked. Spans in milliseconds. */
export interface Repeat {
  /** Five fields, as in crontab(5), by the clocks of the zone. */
  readonly cron: string;
  readonly zone: string;
  /** Each time is put off by up to so much, by its own number. */
  readonly jitterMs: number;
  /** What becomes of times at which nobody was there to ask: the last of them is asked late, or none. */
  readonly missed: 'run' | 'skip';
  /** Nothing is asked from then on. */
  readonly until: number;
  /** The line, as it will be asked. */
  readonly line: string;
  /** Hosts it was about when it was made: who may see them all sees the schedule. */
  readonly hosts: readonly string[];
}

/** The next time of a cron line, by a zone's clocks, after a moment; undefined when there is none. Milliseconds since the epoch. Throws RangeError for what is no cron line, or no zone. */
export type Cron = (cron: string, zone: string, after: number) => number | undefined;

/** A line that is asked at times, in its owner's name. Times in milliseconds since the epoch, spans in milliseconds. */
export interface Schedule {
  readonly format: 1;
  /** `S` and eleven characters. */
  readonly id: string;
  readonly rev: number;
  /** The owner, by id: asked in their name, by what they may do then. */
  readonly by: string;
  readonly at: number;
  readonly repeat: Repeat;
  /** The request it was made by. */
  readonly ticket: string;
  readonly command: string;
  /** What was approved when it was made covers plans of this class, up to this risk. */
  readonly granted?: { readonly class: string; readonly risk: Risk };
  readonly places: readonly Place[];
  readonly last?: { readonly at: number; readonly ticket: string };
}
