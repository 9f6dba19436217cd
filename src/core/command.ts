import type { z } from 'zod';
import type { Routing } from './alerts/routing.ts';
import type { Finding, NamedCheck } from './check.ts';
import type { Bmc, Declared, HostBackup } from './declared.ts';
import type { Policy } from './policy.ts';
import type { Alerts, Audit, Beats, Factors, Freezes, Links, LockState, Review, Schedules, Silences } from './ports.ts';
import type { Program } from './program.ts';
import type { Cron, Repeat } from './schedules/schedule.ts';
import type { Origin, Ticket } from './ticket.ts';
import type { Account, ApiRead, Block, Found, Input, Keep, Outcome, Place, Plan, Read, Risk, Rollout } from './types.ts';
import { type Said, say, type Words } from './words.ts';

/** Arguments or options by name; the order of the keys is the order on the command line. */
export type Shape = Readonly<Record<string, z.ZodType>>;
type Values<S extends Shape> = { readonly [K in keyof S]: z.output<S[K]> };

/** A host as a plan sees it: everything about it but how to reach it. */
export interface Host {
  readonly name: string;
  readonly site: string;
  /** Every site that reaches it, its own first. */
  readonly sites: readonly string[];
  readonly kind: HostKind;
  readonly tags: readonly string[];
  /** The address other hosts reach it by. */
  readonly address: string;
  /** libvirt connection URI, for hosts of kind `libvirt`; else empty. */
  readonly libvirt: string;
  /** The nodes of a Proxmox VE cluster, for hosts of kind `pve`; a node outside of any cluster is a cluster of one. */
  readonly nodes?: readonly Node[];
  /** The node of a cluster that this host is. */
  readonly node?: { readonly cluster: string; readonly name: string };
  /** Its network card's address, for wake-on-LAN. */
  readonly mac?: string;
  readonly bmc?: Bmc;
  readonly backups?: readonly HostBackup[];
  /** DNS zones whose server it speaks to, by name. */
  readonly zones?: readonly string[];
}
/** A node of a cluster. `shell`: the host of the configuration by whose SSH it is reached, for what only root may do there. */
export interface Node {
  readonly name: string;
  readonly shell?: string;
}
/** `pve`: a Proxmox VE cluster; `pbs`: a Proxmox Backup Server. Both are reached by their API, the others by SSH. */
export const HOST_KINDS = ['linux', 'libvirt', 'pve', 'pbs'] as const;
export type HostKind = (typeof HOST_KINDS)[number];
/** Kinds of host that have a shell. */
export const SHELL_KINDS: readonly HostKind[] = ['linux', 'libvirt'];

/** Read-only, fenced access to the hosts in reach. */
export interface Look {
  /** The hosts this request is about, at this site, in the order of the configuration. */
  readonly hosts: readonly Host[];
  /** Any other host the person may see, by name: for addresses. */
  find(name: string): Host | undefined;
  /** The cluster a host is a node of, which may be read too, whoever asks: for what a change there would do to it. */
  clusterOf(host: Host): Host | undefined;
  /** What else the configuration declares. */
  readonly declared: Declared;
  /** The pitfalls the doctor knows. */
  readonly checks: readonly NamedCheck[];
  /** What the doctor found on a host the last time before this request. */
  earlier(host: Host): Promise<{ readonly at: number; readonly findings: readonly Finding[] } | undefined>;
  /** Asks a host. Throws HostError when it cannot be asked, or its answer is a failure. */
  read<T>(host: Host, read: Read<T> | ApiRead<T>): Promise<T>;
  /** Puts what nobody expected in the log, whole, and gives the reference that people see. */
  unexpected?(error: unknown): string;
  /** Where the bot itself runs, if configured. */
  readonly self: { readonly host: string; readonly guest?: string } | undefined;
  /** Programs the configuration declares, by name. */
  readonly programs: ReadonlyMap<string, Program>;
  /** The id of the request, for names of things made on its behalf: letters and digits, the first a letter. */
  readonly ticket: string;
  /** Milliseconds since the epoch: for ages shown to people, never for decisions. */
  now(): number;
}

/** What a command answered by the desk may know: the person and what they may do, and no host. */
export interface Desk {
  readonly person: { readonly id: string; readonly name: string; readonly roles: readonly string[] };
  /** The commands this person may ask for, by path. */
  readonly commands: ReadonlyMap<string, AnyCommand>;
  /** The hosts this person may see. */
  readonly hosts: readonly Host[];
  /** What became of a request that this person may see; undefined where there is none. The id in any case of letters. */
  request(id: string): Promise<Request | undefined>;
  /** Every lock that is held or waited for on hosts this person may see. */
  locks(): Promise<readonly LockState[]>;
  /** What is kept for safety, the first to go first; only what is on hosts this person may see. */
  kept(): Promise<readonly Kept[]>;
  /** The account this is said from, and what policy calls the place; undefined where nobody says it. */
  readonly account: Account | undefined;
  readonly room: string | undefined;
  /** When it was asked, in milliseconds since the epoch: the same however often it is planned. */
  readonly at: number;
  /** Who may do what, for questions about it. */
  readonly policy: Policy;
  /** Every command there is, also those that do not exist for this person. */
  readonly all: ReadonlyMap<string, AnyCommand>;
  /** The person behind an account, as it is now. */
  personOf(account: Account): string | undefined;
  /** Requests that wait, or are about to run; only those this person may see. */
  waiting(): Promise<readonly Request[]>;
  /** Requests under way, and those of which nobody knows how they ended; only those this person may see. */
  running(): Promise<readonly Request[]>;
  readonly freezes: Pick<Freezes, 'list'>;
  readonly audit: Pick<Audit, 'search'>;
  readonly links: Pick<Links, 'offer' | 'claimed' | 'list'>;
  readonly factors: Pick<Factors, 'has' | 'proven'>;
  readonly alerts: Pick<Alerts, 'get' | 'members' | 'open' | 'recent' | 'standing' | 'malformed'>;
  readonly silences: Pick<Silences, 'list' | 'get' | 'lingering'>;
  readonly schedules: Pick<Schedules, 'get' | 'list'>;
  readonly cron: Cron;
  readonly beats: Pick<Beats, 'all'>;
  /** How alerts go. */
  readonly routing: Routing;
  /** The place of a room of the configuration; undefined for one it does not name. */
  placeOf(room: string): Place | undefined;
  /** Reviews that are owed, of requests that this person may see. */
  reviews(): Promise<readonly Review[]>;
  /** Guests seen lately, on hosts this person may see. */
  guests(): Promise<readonly Found[]>;
}

/** A request, and what its steps have come to. */
export interface Request {
  readonly ticket: Ticket;
  /** The name of who asked. */
  readonly by: string;
  readonly plan: Plan | undefined;
  readonly outcomes: readonly Outcome[];
}

/** Something kept for safety. Times in milliseconds since the epoch. What removes it is told `made-before`, so that nothing newer of the same name goes. */
export interface Kept extends Keep {
  readonly id: string;
  /** The ticket that left it behind, and who asked for that. */
  readonly ticket: string;
  readonly by: string;
  readonly at: number;
  readonly expiresAt: number;
  readonly risk: Risk;
  readonly places: readonly Place[];
}

/** What another command line stands for: this command, with this input. */
export interface Becomes {
  readonly command: string;
  readonly input: Input;
  readonly from: Origin;
  readonly rollout?: Rollout;
  /** It is not done now, but asked at times from then on. */
  readonly repeat?: Repeat;
  /** Why it is wanted, where that was said. */
  readonly reason?: string;
}

export interface Report {
  readonly blocks: readonly Block[];
}

interface Declaration<A extends Shape, O extends Shape> {
  readonly summary: Words;
  /** Whole command lines; each must parse and plan in the practice fleet. */
  readonly examples: readonly string[];
  /** The least risk a plan of this command has; facts may raise it. */
  readonly risk: Risk;
  readonly args: A;
  readonly options?: O;
  /** `whole`: all targets must be planned together, by a site that reaches them all. */
  readonly spread?: 'whole';
  /** Host kinds this command is for; default those with a shell. */
  readonly kinds?: readonly HostKind[];
  /** Pure: those of the hosts in reach it is about with this input, where their kind alone does not tell. */
  among?(input: Input, hosts: readonly Host[]): readonly Host[];
  /** Pure: how the end looks; default: what each step came to. */
  report?(plan: Plan, outcomes: readonly Outcome[]): Report;
}
export interface SiteCommand<A extends Shape, O extends Shape> extends Declaration<A, O> {
  readonly at?: 'site';
  /** Decides; cannot change anything; same world, same answer. Throws Refusal, Absent, HostError. */
  plan(input: Values<A> & Values<O>, look: Look): Promise<Plan>;
  /** What the desk knows besides: planned there, and joined with what the sites say. Only for what reads. */
  beside?(input: Values<A> & Values<O>, desk: Desk): Promise<Plan>;
}
export interface DeskCommand<A extends Shape, O extends Shape> extends Declaration<A, O> {
  readonly at: 'desk';
  /** Its card is for everyone in the room; else only for who asked. */
  readonly public?: true;
  plan(input: Values<A> & Values<O>, desk: Desk): Promise<Plan>;
}

/** A command line that stands for another: what that one is, is decided when it is asked. */
export interface AliasCommand<A extends Shape, O extends Shape> extends Declaration<A, O> {
  readonly at: 'ask';
  /** What it stands for goes over many hosts, and so takes `--waves` and `--max-fail`. */
  readonly rollsOut?: true;
  /** Throws Refusal. */
  become(input: Values<A> & Values<O>, desk: Desk): Promise<Becomes>;
}

/** A command whose argument types are forgotten: what the machine works with, after validation. */
export type AnyCommand =
  | (Declaration<Shape, Shape> & { readonly at?: 'site'; plan(input: Input, look: Look): Promise<Plan>; beside?(input: Input, desk: Desk): Promise<Plan> })
  | (Declaration<Shape, Shape> & { readonly at: 'desk'; readonly public?: true; plan(input: Input, desk: Desk): Promise<Plan> })
  | (Declaration<Shape, Shape> & { readonly at: 'ask'; readonly rollsOut?: true; become(input: Input, desk: Desk): Promise<Becomes> });

/** Declares a command that is planned at the sites of its targets. */
export function command<A extends Shape, O extends Shape = Record<never, z.ZodType>>(declared: SiteCommand<A, O>): SiteCommand<A, O> {
  return declared;
}

/** Declares a command the desk answers by itself. */
export function deskCommand<A extends Shape, O extends Shape = Record<never, z.ZodType>>(declared: DeskCommand<A, O>): DeskCommand<A, O> {
  return declared;
}

/** Declares a command line that stands for another. */
export function aliasCommand<A extends Shape, O extends Shape = Record<never, z.ZodType>>(declared: AliasCommand<A, O>): AliasCommand<A, O> {
  return declared;
}

/** A plan that only answers: no steps, nothing to undo. */
export function answer(summary: Said, blocks: readonly Block[], more: Partial<Plan> = {}): Plan {
  return {
    summary,
    answer: blocks,
    steps: [],
    facts: [],
    locks: [],
    risk: 'none',
    undo: { impossible: say({ en: 'nothing was changed', zh: '没有改变任何东西' }) },
    ...more,
  };
}
