import { code, sha256 } from '../digest.ts';
import type { Reason, Ticket, Vote } from '../ticket.ts';
import type { Account, Input, Place, Risk } from '../types.ts';

/** The id of the schedule that a request makes, or has go on: the same whenever it is asked for. */
export function scheduleIdOf({ id, from }: Pick<Ticket, 'id' | 'from'>): string {
  return from?.kind === 'schedule' && from.ticket !== '' ? from.ticket : `S${code(sha256(`schedule ${id}`), 11)}`;
}

/** What takes back that a request has made a schedule. */
export function removalOf(ticket: Pick<Ticket, 'id' | 'from'>): { readonly command: string; readonly input: Input } {
  return { command: 'schedule remove', input: { schedule: scheduleIdOf(ticket) } };
}

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
  readonly granted?: { readonly class: string; readonly risk: Risk; readonly vouched?: Vouched };
  readonly places: readonly Place[];
  readonly last?: { readonly at: number; readonly ticket: string };
  /** What approved it did not suffice at this request: nothing is asked until it is approved anew. `asked`: the request for that, once it was made. */
  readonly paused?: { readonly at: number; readonly ticket: string; readonly asked?: string };
}

/** An approval as it was given, to be judged again by who may approve what then. */
export interface Vouched {
  /** The request that was approved, the digest of its plan, and from where it was asked and why. */
  readonly ticket: string;
  readonly digest: string;
  readonly account?: Account;
  readonly reason?: Reason;
  readonly votes: readonly Vote[];
}
