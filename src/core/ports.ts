import type { z } from 'zod';
import type { ErrandDue } from './alerts/errand.ts';
import type { Routing } from './alerts/routing.ts';
import type { Note } from './audit.ts';
import type { AnyCommand, Host, Kept, Look } from './command.ts';
import type { Due } from './due.ts';
import type { Journal } from './journal.ts';
import type { Policy } from './policy.ts';
import type { Event, Ticket } from './ticket.ts';
import type {
  Account,
  ApiStep,
  Before,
  Block,
  Entry,
  ExecStep,
  Found,
  Listed,
  Lock,
  Outcome,
  Part,
  Place,
  Plan,
  Probe,
  Probed,
  Seen,
  WaitStep,
} from './types.ts';

export type * from './alerts/memory.ts';
export type * from './keepers.ts';
export type { Account } from './types.ts';

/** One message kind and the function that takes it. `Needs` says all it may touch. */
export interface Job<Payload, Needs> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  take(payload: Payload, needs: Needs): Promise<void>;
}

/** Declares a job. */
export function job<Payload, Needs>(declared: Job<Payload, Needs>): Job<Payload, Needs> {
  return declared;
}

/** Tickets, changed only by compare-and-set through `advance`. */
export interface Tickets {
  get(id: string): Promise<Ticket | undefined>;
  /** False when a ticket of this id exists: the same event was heard before. `notes`: what is noted with it, where that is not what the ticket tells. */
  create(ticket: Ticket, notes?: readonly Note[]): Promise<boolean>;
  /** The ticket after the event, whether or not it changed anything; undefined when there is none. With `rev`, only a ticket of that revision is changed. */
  change(id: string, event: Event, rev?: number): Promise<Ticket | undefined>;
  /** Ids of tickets that are looked after: those that are not over, or whose end may not have been shown. */
  open(): Promise<string[]>;
  /** Looks after a ticket no more. */
  close(id: string): Promise<void>;
  /** The waiting ticket a reply code stands for. */
  byCode(code: string): Promise<string | undefined>;
  /** Makes a reply code stand for a ticket; false when it stands for another. */
  keepCode(code: string, ticket: string, forMs: number): Promise<boolean>;
}

/** Plans, parts and reports, by ticket and round. */
export interface Plans {
  savePart(ticket: string, round: number, site: string, part: Part): Promise<void>;
  parts(ticket: string, round: number): Promise<Record<string, Part>>;
  savePlan(ticket: string, round: number, plan: Plan): Promise<void>;
  plan(ticket: string, round: number): Promise<Plan | undefined>;
  saveReport(ticket: string, round: number, blocks: readonly Block[]): Promise<void>;
  report(ticket: string, round: number): Promise<readonly Block[] | undefined>;
}

/** What steps have come to, by ticket and round. */
export interface Journals {
  read(ticket: string, round: number): Promise<{ readonly journal: Journal; readonly lines: number }>;
  /** False when the right to act was lost: nothing was written, and nothing more may be begun. Without a right: what may be repeated without harm. */
  write(ticket: string, round: number, step: number, entry: Entry, right?: Right): Promise<boolean>;
}

/** By what a worker acts: its lease and the ticket's locks, each with the fencing token it was given. */
export interface Right {
  readonly lease: { readonly name: string; readonly token: number };
  /** Token of the ticket's locks; undefined when its plan locks nothing. */
  readonly locks: number | undefined;
}

/** Exclusive rights that end by themselves when they are not renewed; every one comes with a fencing token greater than any before. */
export interface Leases {
  /** Undefined when someone else holds it. */
  take(name: string, owner: string): Promise<Lease | undefined>;
}
export interface Lease {
  readonly token: number;
  /** False once it was not renewed in time: nothing more may be begun under it. */
  held(): boolean;
  release(): Promise<void>;
}

/** Locks belong to tickets, whoever works for them, until they are given back on a proven end or taken away. */
export interface Locks {
  /**
   * All the locks of a plan at once, or none: then the ticket stands in line, first come, first served, as long as it asks again.
   * A ticket that holds its locks already is given the same token.
   */
  acquire(ticket: string, locks: readonly Lock[]): Promise<{ readonly token: number | undefined } | { readonly busy: Busy }>;
  /** Gives back all that a ticket holds or waits for; the tickets that wait in line then, first come first. With `rev`, only while the ticket is of that revision. */
  release(ticket: string, rev?: number): Promise<readonly string[]>;
  /** Whether a lock of the ticket was taken away. */
  robbed(ticket: string): Promise<boolean>;
  /** Everything held and waited for, by name. */
  list(): Promise<readonly LockState[]>;
  /** Takes one lock away from a ticket that holds it under this token: from then on the ticket may begin nothing more. False when it does not hold it any more. */
  steal(name: string, ticket: string, token: number): Promise<boolean>;
}
/** What a ticket waits for: the lock, who holds it (or is before it in line), since when it waits, and its place in line, from 1. */
export interface Busy {
  readonly name: string;
  readonly ticket: string;
  readonly since: number;
  readonly place: number;
}
export interface LockState {
  readonly name: string;
  readonly holders: readonly { readonly ticket: string; readonly shared: boolean; readonly since: number; readonly token: number }[];
  readonly waiting: readonly { readonly ticket: string; readonly since: number }[];
}

/** What plans left behind for safety, until it is removed. */
export interface Kepts {
  /** Does nothing for one that is there already. */
  add(kept: readonly Kept[]): Promise<void>;
  /** The first to expire first. */
  list(): Promise<readonly Kept[]>;
  /** No longer kept. */
  drop(id: string): Promise<void>;
  /** Looked at again at this time. */
  postpone(id: string, until: number): Promise<void>;
}

/** Names seen on hosts, for completion. */
export interface Inventory {
  remember(listed: readonly Listed[]): Promise<void>;
  guests(): Promise<readonly Found[]>;
}

/** What performing a step on a host needs to be told, and tells, on the way. */
export interface Watch {
  /** The journal says that the host has begun it: then it is only followed, never begun. */
  readonly started: boolean;
  /** It may have begun: no answer is then no proof that it did not. */
  readonly maybeBegun: boolean;
  /** What was so before the call of an API step, when that is on record; and its task. */
  readonly before?: Before;
  readonly task?: string;
  /** Puts on record, under the right to begin, that an API step is about to be called. Throws Later and Robbed: then it is not. */
  intend(before: Before): Promise<void>;
  /** Aborted when the step is to be stopped. */
  readonly stop: AbortSignal;
  /** Aborted when this worker is to leave the step to another one: the step runs on. */
  readonly leave: AbortSignal;
  /** Called when the host has begun it, and then whenever more is known. */
  progress(seen: Seen): void;
  /** Asked right before a step is begun: false when the right to begin anything was lost meanwhile. */
  held(): boolean;
  /** Called whenever the host has answered. */
  heard(): void;
}

/** What a look shows besides the hosts it is about. `clusters`: those that these hosts are nodes of; `fresh`: nothing that was read before is taken again. */
export interface World extends Pick<Look, 'self' | 'programs' | 'ticket' | 'declared' | 'checks' | 'earlier' | 'unexpected'> {
  readonly clusters: readonly Host[];
  readonly fresh?: true;
}

/** The hosts of a worker's site. */
export interface Hosts {
  look(hosts: readonly Host[], visible: readonly Host[], world: World): Look;
  /** Performs a step at most once, or finds out what became of it. Throws HostError when that cannot be learned now, Later when it was left. */
  exec(id: string, step: ExecStep | ApiStep, watch: Watch): Promise<Outcome>;
  /**
   * Asks once what became of a step; undefined while it runs. `stopping`: it was to be stopped, and that is to be proven. `begun`: it is known
   * to have begun; one that is not, and of which the host knows nothing, is kept from ever beginning. Throws HostError.
   */
  recheck(id: string, step: ExecStep | ApiStep, stopping: boolean, begun: boolean): Promise<Outcome | undefined>;
  wait(step: WaitStep, stopped: () => boolean): Promise<Outcome>;
  /** Asks a host once whether a change holds. Never throws for what a host says or does not say. */
  probe(probe: Probe): Promise<Probed>;
}

/** Which tasks of Proxmox belong to which steps, and what was so before their calls: no two take one task for theirs. Kept as long as journals are. */
export interface Tasks {
  /** Notes what was so, right before a step's call. Told the same again it changes nothing; told another, it is another call of the step. */
  intend(step: string, before: Before): Promise<Called>;
  known(step: string): Promise<Called>;
  /** Makes a task that of a step's newest call; false when it is another's. */
  claim(task: string, step: string): Promise<boolean>;
}
/** What is known of a step's newest call. */
export interface Called {
  readonly before?: Before;
  readonly task?: string;
}

/** People, hosts and policy as they are now. */
export interface Rules {
  readonly policy: Policy;
  readonly self: Look['self'];
  readonly programs: Look['programs'];
  readonly declared: Look['declared'];
  /** The person behind a chat account. */
  personOf(account: Account): string | undefined;
  /** Where else what is asked in a place is shown. */
  mirrors(place: Place): readonly Place[];
  /** Where a person is told what concerns their accounts: each of them but this one, alone. */
  elsewhere(person: string, account: Account): readonly Place[];
  /** How alerts go. */
  readonly routing: Routing;
  /** The place of a room of the configuration, or where the bot is at home (`Routing.homes`); undefined for one it does not name. */
  placeOf(room: string): Place | undefined;
  /** Where everybody is told of what is done through broken glass. */
  readonly alarm?: readonly Place[];
  /** What policy calls a place: a room's name in the configuration, `private`, `web` or `terminal`; undefined for a room that is not in it. */
  roomOf(place: Place): string | undefined;
}

export type Commands = ReadonlyMap<string, AnyCommand>;
export type Send = (jobs: readonly (Due | Told | ErrandDue)[]) => Promise<void>;

/** An event that a worker tells the desk. */
export type Told = {
  readonly job: 'tell';
  readonly ticket: string;
  readonly event: Extract<Event, { kind: 'planned' | 'ended' | 'blocked' | 'learned' | 'rechecked' }>;
};

/** Where unexpected trouble goes, whole; people see only the reference. */
export type Log = (message: string, detail?: unknown) => void;
