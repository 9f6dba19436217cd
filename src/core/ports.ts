import type { z } from 'zod';
import type { AnyCommand, Host, Look } from './command.ts';
import type { Due } from './due.ts';
import type { Journal } from './journal.ts';
import type { Policy } from './policy.ts';
import type { Event, Ticket } from './ticket.ts';
import type { Block, Entry, ExecStep, Found, Listed, Lock, Outcome, Part, Plan, WaitStep } from './types.ts';

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
  /** False when a ticket of this id exists: the same event was heard before. */
  create(ticket: Ticket): Promise<boolean>;
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
  write(ticket: string, round: number, step: number, entry: Entry): Promise<void>;
}

/** Exclusive rights that end by themselves. */
export interface Leases {
  /** Undefined when someone else holds it. */
  take(name: string, owner: string): Promise<Lease | undefined>;
  /** All the locks at once or none; `busy` names the ticket that holds one. */
  lock(locks: readonly Lock[], owner: string): Promise<{ readonly lease: Lease } | { readonly busy: string; readonly name: string }>;
}
export interface Lease {
  /** False once it was not renewed in time: nothing more may be begun under it. */
  held(): boolean;
  /** No longer renews it, and leaves it to whoever has it now. */
  forget(): void;
  release(): Promise<void>;
}

/** Names seen on hosts, for completion. */
export interface Inventory {
  remember(listed: readonly Listed[]): Promise<void>;
  guests(): Promise<readonly Found[]>;
}

/** The hosts of a worker's site. */
export interface Hosts {
  look(hosts: readonly Host[], visible: readonly Host[], self: Look['self']): Look;
  exec(id: string, step: ExecStep): Promise<Outcome>;
  wait(step: WaitStep, stopped: () => boolean): Promise<Outcome>;
}

/** People, hosts and policy as they are now. */
export interface Rules {
  readonly policy: Policy;
  readonly self: Look['self'];
  /** The person behind a chat account. */
  personOf(account: Account): string | undefined;
}
/** Who spoke, by the chat's immutable id. */
export interface Account {
  readonly chat: string;
  readonly id: string;
}

export type Commands = ReadonlyMap<string, AnyCommand>;
export type Send = (jobs: readonly (Due | Told)[]) => Promise<void>;

/** An event that a worker tells the desk. */
export type Told = { readonly job: 'tell'; readonly ticket: string; readonly event: Extract<Event, { kind: 'planned' | 'ended' | 'blocked' }> };

/** Where unexpected trouble goes, whole; people see only the reference. */
export type Log = (message: string, detail?: unknown) => void;
