import type { Needs } from './approval.ts';
import type { Names } from './names.ts';
import type { Mark, Missing, Origin, Reason } from './origin.ts';
import type { Repeat } from './schedules/schedule.ts';
import type { Account, Input, Place, Risk, Rollout } from './types.ts';
import type { Window } from './window.ts';
import type { Said } from './words.ts';

export type { Event, Verdict } from './event.ts';
export type { Mark, Missing, Origin, Reason } from './origin.ts';

/** What a site has said so far to the round of planning that is under way. */
export interface PartSummary {
  readonly kind: 'plan' | 'absent' | 'refused' | 'silent' | 'failed';
  readonly digest: string;
}

/** A round of planning: which sites were asked, and which have answered. The site `desk` is the desk itself. */
export interface Looking {
  readonly round: number;
  readonly since: number;
  readonly parts: Readonly<Record<string, PartSummary | null>>;
}

/** The plan a ticket stands on; the plan itself is stored beside the ticket, by round. */
export interface PlanRef {
  readonly round: number;
  /** The last round that was looked at since, and could not be planned. */
  readonly tried?: number;
  readonly digest: string;
  /** What it is but for the state of the world, for what runs in a window: approvals hold for plans of one class. */
  readonly class?: string;
  readonly code: string;
  readonly risk: Risk;
  readonly at: number;
  /** Digest of each site's part. */
  readonly parts: Readonly<Record<string, string>>;
  /** Sites with steps, by wave, in the order of waves. */
  readonly waves: readonly { readonly wave: number; readonly sites: readonly string[] }[];
  /** Hosts the steps act on. */
  readonly hosts: readonly string[];
  /** What else the things are called that arguments name. */
  readonly names?: Names;
  /** How many hosts may fail before no more is begun; undefined: a failure anywhere ends it with its wave. */
  readonly maxFail?: number;
}

/** A person's yes to one plan. `account`: from where it was said; `room`: the configuration's name of where. */
export interface Vote {
  readonly by: string;
  readonly at: number;
  readonly account?: Account;
  readonly room?: string;
  /** People with whose roles they say it, where their own do not suffice. */
  readonly for?: readonly string[];
  /** How the voter proved to be who they are, where the rule asks for it. */
  readonly proof?: Proof;
}
/** `totp`: a one-time code was right at the time. `signature`: an SSH signature over the plan's digest, armored, which anyone can check. */
export type Proof = { readonly kind: 'totp' } | { readonly kind: 'signature'; readonly signature: string; readonly key: string };

/** How a site's part of a wave ended. `robbed`: a lock was taken away from the ticket. */
export type Ending = 'done' | 'failed' | 'unknown' | 'stopped' | 'changed' | 'robbed';

interface Common {
  readonly format: 1;
  readonly id: string;
  /** Raised by every change. */
  readonly rev: number;
  /** The person who asked, by id. */
  readonly by: string;
  /** The line as typed, normalised. */
  readonly text: string;
  readonly command: string;
  readonly input: Input;
  readonly dry: boolean;
  /** Only the person who asked sees the card. */
  readonly private: boolean;
  /** Something else shows what comes of it: its own card is shown only where it is not simply done. */
  readonly quiet?: true;
  readonly askedAt: number;
  readonly places: readonly Place[];
  /** The ticket this one undoes, goes on with, or cleans up after. */
  readonly from?: Origin;
  readonly rollout?: Rollout;
  /** It is not done now: approved, it is asked at these times. */
  readonly repeat?: Repeat;
  /** The name of the hours in which it is to run: approved now, done then. */
  readonly window?: string;
  /** The account it was asked from, and the configuration's name of where. */
  readonly account?: Account;
  readonly room?: string;
  readonly reason?: Reason;
  /** The last events applied, so that a redelivered one changes nothing. */
  readonly heard: readonly string[];
}
interface Running {
  readonly plan: PlanRef;
  readonly votes: readonly Vote[];
  readonly startedAt: number;
  /** Index into `plan.waves`. */
  readonly wave: number;
  /** How each site's part of the waves so far ended. */
  readonly ends: Readonly<Record<string, Ending>>;
  /** Hosts that failed, by the same key. */
  readonly failed?: Readonly<Record<string, number>>;
  /** What a site waits for before it can begin. */
  readonly blocked?: Said;
  /** The freeze that kept a site from beginning this wave. */
  readonly frozen?: Said;
  /** Who said to keep a change before it had proven itself, and when. */
  readonly kept?: { readonly by: string; readonly at: number };
}
/** The plan that stood before it changed, by round: what is different is shown. */
interface Before {
  readonly before?: number;
  /** Who had approved that one: they are told. */
  readonly voided?: readonly string[];
}
/** Why it ended before its last wave. */
export interface Halt {
  readonly failed: number;
  readonly allowed: number;
}
interface Ended {
  readonly endedAt: number;
  readonly plan?: PlanRef;
  readonly votes?: readonly Vote[];
  readonly startedAt?: number;
}

/** One request on its way from asked to done. */
export type Ticket = Common &
  /** `again`: a plan was approved, and the world was no longer the one it was made for. */
  (
    | ({ readonly state: 'planning'; readonly looking: Looking; readonly again?: true } & Before)
    | ({
        readonly state: 'refused';
        readonly message: Said;
        readonly hint?: Said;
        readonly passing?: true;
        /** What approved its schedule did not suffice any more. */
        readonly lapsed?: true;
        /** It had waited for approval, or was approved. */
        readonly again?: true;
        /** It can be asked for. */
        readonly missing?: Missing;
        /** The whole line, heard too late to be done without asking. */
        readonly late?: string;
      } & Ended)
    | ({
        readonly state: 'waiting';
        readonly plan: PlanRef;
        readonly needs: Needs;
        readonly votes: readonly Vote[];
        readonly expiresAt: number;
        /** A refresh under way. */
        readonly looking?: Looking;
        /** The plan is not the one first shown: votes before it are void. */
        readonly changed?: boolean;
        readonly slot?: Window;
      } & Before)
    /** Approved, until its window opens. */
    | ({
        readonly state: 'scheduled';
        readonly plan: PlanRef;
        readonly needs: Needs;
        readonly votes: readonly Vote[];
        readonly expiresAt: number;
        readonly slot: Window;
        readonly looking?: Looking;
      } & Before)
    | {
        readonly state: 'approved';
        readonly plan: PlanRef;
        readonly needs: Needs;
        readonly votes: readonly Vote[];
        readonly expiresAt: number;
        readonly slot?: Window;
      }
    | ({ readonly state: 'running' } & Running)
    | ({ readonly state: 'cancelling'; readonly cancelledBy: string } & Running)
    /** Nobody can say what a step came to; the locks stay held until it is learned, or someone says so. `cancelledBy`: it was being stopped. `wanted`: someone asked to look again now. */
    | ({ readonly state: 'unknown'; readonly since: number; readonly checkedAt: number; readonly wanted?: true; readonly cancelledBy?: string } & Running)
    /** `already`: it waited for approval, and then there was nothing left to do. */
    | ({ readonly state: 'done'; readonly marked?: Mark; readonly already?: true } & Ended)
    | ({ readonly state: 'failed'; readonly marked?: Mark; readonly halted?: Halt; readonly robbed?: true; readonly frozen?: Said } & Ended)
    /** `because`: in the words of who ended it. */
    | ({ readonly state: 'cancelled' | 'rejected'; readonly endedBy: string; readonly because?: string } & Ended)
    | ({ readonly state: 'expired' } & Ended)
  );

export type State = Ticket['state'];
export type In<S extends State> = Extract<Ticket, { readonly state: S }>;

/** Whether nothing more will happen to a ticket. */
export function isOver(ticket: Ticket): boolean {
  return !['planning', 'waiting', 'scheduled', 'approved', 'running', 'cancelling', 'unknown'].includes(ticket.state);
}

/** The plan a ticket stands on, if it has come to one. */
export function planOf(ticket: Ticket): PlanRef | undefined {
  return 'plan' in ticket ? ticket.plan : undefined;
}

/** The number of the next round of planning after this plan: never one that was used. */
export function nextRound(plan: PlanRef): number {
  return (plan.tried ?? plan.round) + 1;
}

/** The lease under which one worker at a time acts for a ticket at a site. */
export function runLease(ticket: string, site: string): string {
  return `run ${ticket} ${site}`;
}

/** The fields every state has. */
export function common(ticket: Ticket) {
  const { format, id, rev, by, text, command, input, dry, askedAt, places, heard, from, rollout, window, account, room, reason } = ticket;
  const rest = {
    ...(from ? { from } : {}),
    ...(rollout ? { rollout } : {}),
    ...(window === undefined ? {} : { window }),
    ...(account ? { account } : {}),
    ...(room === undefined ? {} : { room }),
    ...(reason ? { reason } : {}),
    ...(ticket.quiet ? { quiet: ticket.quiet } : {}),
    ...(ticket.repeat ? { repeat: ticket.repeat } : {}),
  };
  return { format, id, rev, by, text, command, input, dry, private: ticket.private, askedAt, places, heard, ...rest };
}
